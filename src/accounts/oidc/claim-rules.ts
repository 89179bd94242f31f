import type { Scope } from '../model.ts';

/** Which signed claims of which issuer make a workload, and of what. `*` stands for anything but a slash, `**` for anything. */
export interface WorkloadRule {
  readonly issuer: string;
  readonly audience: string;
  readonly claims: Readonly<Record<string, string>>;
  readonly organisation: string;
  readonly flake: string | null;
  readonly scopes: readonly Scope[];
}

/** Issuers that sign for everybody: a rule without one of these claims would let in the whole world. */
export const publicIssuers: Readonly<Record<string, readonly string[]>> = {
  'https://token.actions.githubusercontent.com': [
    'repository',
    'repository_owner',
    'repository_id',
    'repository_owner_id',
    'sub',
  ],
  'https://gitlab.com': ['project_path', 'namespace_path', 'project_id', 'namespace_id', 'sub'],
};

/** Whether it is one known house whose workloads a rule lets in, and not everybody's. */
export function isClosed({ issuer, claims }: Pick<WorkloadRule, 'issuer' | 'claims'>): boolean {
  const naming = publicIssuers[issuer.replace(/\/+$/, '')] ?? Object.keys(claims);
  return naming.some((name) => /^[^*]/.test(claims[name] ?? ''));
}

/** Every claim that the rule names must be there and fit. */
export function fits(rule: WorkloadRule, claims: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(rule.claims).every(([name, pattern]) => {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : null;
    return text !== null && text.length <= 500 && expressionOf(pattern).test(text);
  });
}

function expressionOf(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*|\*)/).map((part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}
