import { createHash } from 'node:crypto';
import { type Component, plain } from './component.ts';
import { readComponents } from './read-components.ts';

/** Larger uploads are not read: a desktop's closure of 5,000 paths has about 8 MB as Nix prints it. */
export const maxClosureBytes = 16 * 1024 * 1024;
const maxPackages = 100_000;
/** So that what is small as text is not large in memory; that closure has 100,000. */
const maxValues = 500_000;
const maxText = 300;

/** A package that runs somewhere, by its name as names are compared. */
export type HeldPackage = Pick<Component, 'name' | 'version' | 'storePaths' | 'drvPath'>;

export type ClosureOutcome =
  | {
      readonly kind: 'closure';
      readonly source: string;
      readonly packages: readonly HeldPackage[];
      /** The same for the same packages, in whatever form they came. */
      readonly digest: string;
    }
  | { readonly kind: 'refused'; readonly reason: string };

/** The packages of what a consumer sends; sources and files that packages are made of are left out. */
export function readClosure(text: string): ClosureOutcome {
  if (Buffer.byteLength(text) > maxClosureBytes) return refused(`it is larger than ${maxClosureBytes} bytes`);
  if (hasMore(text, ',', maxValues)) return refused(`it has more than ${maxValues} values`);
  if (!/^\s*[[{]/.test(text) && hasMore(text, '\n', maxPackages))
    return refused(`it has more than ${maxPackages} lines`);
  const read = readComponents(text);
  if (read.kind === 'unreadable') return refused(read.reason);
  const packages = distinct(read.components.filter(({ isSource, name }) => !isSource && name.trim() !== ''));
  if (packages.length === 0) return refused('it names no package with a version');
  if (packages.length > maxPackages) return refused(`it names more than ${maxPackages} packages`);
  const digest = createHash('sha256').update(JSON.stringify(packages)).digest('hex');
  return { kind: 'closure', source: read.source, packages, digest };
}

function hasMore(text: string, what: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + 1)) if (++count > most) return true;
  return false;
}

function refused(reason: string): ClosureOutcome {
  return { kind: 'refused', reason };
}

/** In one order, so that the same closure has the same digest. */
function distinct(components: readonly Component[]): readonly HeldPackage[] {
  const byText = new Map<string, HeldPackage>();
  for (const { name, version, storePaths, drvPath } of components) {
    const held: HeldPackage = {
      name: plain(printable(name)),
      version: version === null ? null : printable(version),
      storePaths: storePaths.map((path) => printable(path)).sort(),
      drvPath: drvPath === null ? null : printable(drvPath),
    };
    byText.set(JSON.stringify(held), held);
  }
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, held]) => held);
}

/** What can be stored and shown. */
export function printable(text: string, most = maxText): string {
  return text
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, most);
}
