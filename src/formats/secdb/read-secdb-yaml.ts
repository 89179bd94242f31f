import { AppError } from '../../foundation/errors.ts';

/**
 * `packages:` / `- pkg:` / `name: xz` / `secfixes:` / `5.2.5-r1:` / `- CVE-2022-1271`, each on a line of its own. The same
 * as https://secdb.alpinelinux.org has in JSON; only the lines that its generator writes are understood.
 */
export interface SecdbDocument {
  readonly distroversion: string | null;
  readonly packages: readonly SecdbPackage[];
}

export interface SecdbPackage {
  readonly name: string;
  readonly secfixes: ReadonlyMap<string, readonly string[]>;
}

const shape = { code: 'secdb.shape', retryable: false } as const;

/** Throws `secdb.shape` at a line of any other form. */
export function readSecdbYaml(text: string): SecdbDocument {
  let distroversion: string | null = null;
  const packages: { readonly name: string; readonly secfixes: Map<string, string[]> }[] = [];
  let fixes: string[] | null = null;
  let inPackages = false;
  for (const [index, line] of text.split('\n').entries()) {
    const [, indent = '', dash = '', content = ''] = /^( *)(- )?(.*)$/.exec(line.trimEnd()) ?? [];
    if (content === '' || content.startsWith('#') || content === '---') continue;
    const [, key = null, value = ''] =
      dash === '' || content === 'pkg:' ? (/^(\S+|'.*'|".*"): *(.*)$/.exec(content) ?? []) : [];
    const current = packages.at(-1);
    if (indent === '' && dash === '' && key !== null) {
      inPackages = key === 'packages';
      if (key === 'distroversion') distroversion = plain(value);
    } else if (!inPackages) {
      // Lists of architectures and the like.
    } else if (content === 'pkg:') fixes = null;
    else if (key === 'name') packages.push({ name: plain(value), secfixes: new Map() });
    else if (key === 'secfixes' && current !== undefined) fixes = null;
    else if (key !== null && value === '' && current !== undefined) {
      fixes = [];
      current.secfixes.set(plain(key), fixes);
    } else if (dash !== '' && fixes !== null) fixes.push(plain(content));
    else throw new AppError(shape, `line ${index + 1} is not one of a security database`);
  }
  return { distroversion, packages };
}

function plain(scalar: string): string {
  return /^(['"]).*\1$/.test(scalar) ? scalar.slice(1, -1) : scalar;
}
