import { type FlakeLock, inputResolver } from '../../formats/nix/flake-lock.ts';
import { type ChannelStatuses, supportedRefs } from './channel-statuses.ts';
import { lockPaths } from './lock-paths.ts';
import { isNixpkgs, type NixpkgsInput, nixpkgsInputOf } from './nixpkgs-input.ts';

export type LockRule = 'supported' | 'outdated' | 'owner' | 'condition' | 'second-nixpkgs' | 'ended';

export interface LockIssue {
  readonly rule: LockRule;
  readonly input: string;
  readonly message: string;
  readonly advice: string;
}

/** One input against a condition of the user's own; it throws where the condition cannot be decided. */
export type Condition = (variables: {
  readonly gitRef: string;
  readonly owner: string;
  readonly numDaysOld: number;
  readonly supportedRefs: readonly string[];
  readonly refStatuses: ChannelStatuses;
}) => boolean;

export interface NixpkgsPolicy {
  readonly keys: readonly string[];
  readonly checkSupported: boolean;
  readonly checkOutdated: boolean;
  readonly checkOwner: boolean;
  /** Instead of all the other checks. */
  readonly condition: Condition | null;
  readonly statuses: ChannelStatuses;
  readonly now: number;
}

export interface NixpkgsCheck {
  /** The inputs under the keys, with their age in whole days; null where the lock does not tell. */
  readonly inputs: readonly (NixpkgsInput & { readonly days: number | null })[];
  /** Keys that name no input. */
  readonly missing: readonly string[];
  readonly issues: readonly LockIssue[];
}

const oldestDays = 30;
const dayMs = 86_400_000;

/** Holds the Nixpkgs inputs of a lock against the rules that `flake-checker` made known. */
export function checkNixpkgs(lock: FlakeLock, policy: NixpkgsPolicy): NixpkgsCheck {
  const resolve = inputResolver(lock);
  const named = [...new Set(policy.keys)].sort().map((key) => ({ key, node: resolve([key]) }));
  const inputs = named.flatMap(({ key, node }) => {
    if (node === null) return [];
    const input = nixpkgsInputOf({ path: [key], node });
    return [{ ...input, days: daysSince(input.lastModified, policy.now) }];
  });
  return {
    inputs,
    missing: named.flatMap(({ key, node }) => (node === null ? [key] : [])),
    issues: [
      ...inputs.flatMap((input) => issuesOf(input, policy)),
      ...(policy.condition === null
        ? secondNixpkgs(
            lock,
            named.flatMap(({ node }) => node?.name ?? []),
          )
        : []),
    ],
  };
}

function daysSince(lastModified: number | null, now: number): number | null {
  return lastModified === null ? null : Math.floor((now - lastModified * 1000) / dayMs);
}

function issuesOf(input: NixpkgsInput & { readonly days: number | null }, policy: NixpkgsPolicy): readonly LockIssue[] {
  const { input: name, kind, owner, ref, days } = input;
  const { condition, statuses } = policy;
  const refs = supportedRefs(statuses);
  if (condition !== null) {
    const holds = condition({
      gitRef: ref ?? '',
      owner: owner ?? '',
      numDaysOld: days ?? 0,
      supportedRefs: refs,
      refStatuses: statuses,
    });
    return holds
      ? []
      : [
          {
            rule: 'condition',
            input: name,
            message: 'the condition does not hold',
            advice: 'Move the input, or change the condition.',
          },
        ];
  }
  const issues: LockIssue[] = [];
  if (policy.checkSupported && kind === 'branch' && ref !== null && !refs.includes(ref))
    issues.push({
      rule: 'supported',
      input: name,
      message: `it follows ${ref}, which is ${statuses[ref] ?? 'no branch that Nixpkgs supports'}`,
      advice: `Follow one of: ${refs.filter((each) => !/-(?:small|darwin)$/.test(each)).join(', ')}.`,
    });
  if (policy.checkOutdated && days !== null && days > oldestDays)
    issues.push({
      rule: 'outdated',
      input: name,
      message: `it is ${days} days old`,
      advice: `Run: nix flake update ${name}`,
    });
  if (policy.checkOwner && kind === 'branch' && owner !== null && owner.toLowerCase() !== 'nixos')
    issues.push({
      rule: 'owner',
      input: name,
      message: `it comes from ${owner}, not from NixOS`,
      advice: 'Follow NixOS/nixpkgs, or a set that is kept free of known vulnerabilities.',
    });
  return issues;
}

/** Every further Nixpkgs that the flake drags in beside those of the keys: none of the promises for these covers it. */
function secondNixpkgs(lock: FlakeLock, first: readonly string[]): readonly LockIssue[] {
  if (first.length === 0) return [];
  const known = lockPaths(lock);
  const main = known.find(({ node }) => first.includes(node.name))?.path.join('/') ?? '';
  return known
    .filter((locked) => !first.includes(locked.node.name) && isNixpkgs(locked))
    .map((locked) => {
      const { input, owner, ref, rev } = nixpkgsInputOf(locked);
      const place = [owner === null ? null : `${owner}/nixpkgs`, ref, rev?.slice(0, 12)].flatMap((part) => part ?? []);
      const parents = locked.path.map((name) => `inputs.${attributeName(name)}`).join('.');
      return {
        rule: 'second-nixpkgs',
        input,
        message: `it is a second Nixpkgs${place.length === 0 ? '' : ` (${place.join(' ')})`}`,
        advice:
          locked.path.length === 1
            ? `Build with ${main} alone, or name it in --nixpkgs-keys to have it checked.`
            : `In flake.nix: ${parents}.follows = "${main}";`,
      };
    });
}

function attributeName(name: string): string {
  return /^[A-Za-z_][\w'-]*$/.test(name) ? name : JSON.stringify(name);
}
