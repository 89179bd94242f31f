import { splitDrvName } from '../../formats/nix/compare-versions.ts';
import type { InventoryCpeParts, InventoryFile, InventoryLine } from './inventory-line.ts';
import type { CpeParts, Evaluated, Patch, Source } from './model.ts';

/** Reads a file of the evaluated tree by its path in the tree; null when there is none or it is too large. */
export type ReadTreeFile = (path: string) => Promise<string | null>;

/** Where the evaluated tree lay: its paths are cut to paths in the tree. */
export interface TreePlace {
  readonly folder: string;
  readonly read: ReadTreeFile;
}

/** Turns a line of an inventory, or of our own evaluation, into what one attribute gave. */
export async function evaluatedOf(
  line: InventoryLine,
  options: { readonly system?: string; readonly tree?: TreePlace } = {},
): Promise<Evaluated> {
  const system = line.system ?? options.system ?? 'unknown';
  const failure = failureOf(line);
  if (failure !== null) return { kind: 'failed', attr: line.attr, system, ...failure };
  const split = splitDrvName(line.name ?? line.attr.split('.').at(-1) ?? line.attr);
  const pname = line.pname ?? split.pname;
  const version = line.version ?? (line.pname === null || line.pname === undefined ? split.version : '');
  const identifiers = line.meta?.identifiers ?? null;
  const sources = line.src === null || line.src === undefined ? line.srcs : [line.src, ...line.srcs];
  return {
    kind: 'instance',
    instance: {
      attr: line.attr,
      system,
      pname,
      version,
      name: line.name ?? (version === '' ? pname : `${pname}-${version}`),
      drvPath: line.drvPath ?? null,
      outputs: outputsOf(line),
      sources: sources.map((file) => sourceOf(file, options.tree)),
      patches: await Promise.all(line.patches.map((file) => patchOf(file, options.tree))),
      cpe: cpeOf(identifiers),
      purls: unique([...(identifiers?.purl ? [identifiers.purl] : []), ...(identifiers?.purls ?? [])]),
      licences: unique(line.meta?.license.filter((name) => name !== null && name !== undefined) ?? []),
      maintainers: unique(line.meta?.maintainers.filter((name) => name !== null && name !== undefined) ?? []),
      position: line.meta?.position ? withinTree(line.meta.position, options.tree) : null,
      description: line.meta?.description ?? '',
      homepage: line.meta?.homepage ?? null,
      knownVulnerabilities: line.meta?.knownVulnerabilities ?? [],
      ...(line.meta?.mainProgram ? { mainProgram: line.meta.mainProgram } : {}),
      ...(line.inputs ? { inputs: line.inputs } : {}),
    },
  };
}

function failureOf(line: InventoryLine): { how: 'throws' | 'aborts' | 'missing'; message: string } | null {
  const message = line.message ?? line.error ?? line.evalError ?? '';
  switch (line.kind) {
    case 'throws':
      return { how: 'throws', message: message || 'the evaluation throws' };
    case 'abort':
    case 'aborts':
      return { how: 'aborts', message: message || 'the attribute aborts the evaluator' };
    case 'missing':
      return { how: 'missing', message: message || 'there is no such attribute' };
    default:
      // nix-eval-jobs has no kind; a line with an error and no name is a failure.
      return line.error && !line.drvPath ? { how: 'throws', message: line.error } : null;
  }
}

function outputsOf(line: InventoryLine): Readonly<Record<string, string>> {
  const given = line.outputPaths ?? (isRecord(line.outputs) ? line.outputs : {});
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, path]) => (typeof path === 'string' ? [[name, path]] : [])),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function sourceOf(file: InventoryFile, tree: TreePlace | undefined): Source {
  return {
    name: storeName(file.name ?? (file.path ? withinTree(file.path, tree) : '')),
    urls: urlsOf(file),
    hash: file.outputHash ?? file.hash ?? null,
    rev: file.rev ?? null,
    tag: file.tag ?? null,
  };
}

async function patchOf(file: InventoryFile, tree: TreePlace | undefined): Promise<Patch> {
  const path = file.path ? withinTree(file.path, tree) : null;
  const inTree = path !== null && !path.startsWith('/');
  return {
    name: storeName(file.name ?? path?.split('/').at(-1) ?? ''),
    urls: urlsOf(file),
    hash: file.outputHash ?? file.hash ?? file.sha256 ?? null,
    path: inTree ? path : null,
    content: file.content ?? (inTree && tree !== undefined ? await tree.read(path) : null),
    ...(file.revert ? { reverts: true } : {}),
  };
}

function urlsOf(file: InventoryFile): readonly string[] {
  return unique([...file.urls, ...(file.url ? [file.url] : []), ...(file.gitRepoUrl ? [file.gitRepoUrl] : [])]);
}

/** `/tmp/x/source/pkgs/a.patch` as `pkgs/a.patch`; a path elsewhere stays as it is. */
function withinTree(path: string, tree: TreePlace | undefined): string {
  if (tree !== undefined && path.startsWith(`${tree.folder}/`)) return path.slice(tree.folder.length + 1);
  return path.replace(/^\/nix\/store\/[0-9a-z]{32}-source\//, '');
}

/** Without the hash in front: `/nix/store/<32 characters>-fix.patch` and `<32 characters>-fix.patch` are `fix.patch`. */
function storeName(name: string): string {
  return name.replace(/^(?:\/nix\/store\/)?[0-9abcdfghijklmnpqrsvwxyz]{32}-/, '');
}

// A complete CPE first; then the guesses, in the order Nixpkgs gives; a product without a vendor is a hint, and last.
function cpeOf(identifiers: NonNullable<InventoryLine['meta']>['identifiers'] | null): readonly CpeParts[] {
  if (identifiers === null || identifiers === undefined) return [];
  const own = identifiers.cpeParts ?? null;
  const given = [
    ...(own?.vendor && own.vendor !== '*' && own.version ? [own] : []),
    ...identifiers.possibleCPEs.flatMap((guess) => (guess.cpeParts ? [guess.cpeParts] : [])),
    ...(own === null ? [] : [own]),
  ];
  const seen = new Set<string>();
  return given.flatMap((parts) => {
    const found = partsOf(parts);
    if (found === null) return [];
    const key = JSON.stringify(found);
    if (seen.has(key)) return [];
    seen.add(key);
    return [found];
  });
}

function partsOf(parts: InventoryCpeParts): CpeParts | null {
  const known = (value: string | null | undefined) =>
    value === undefined || value === '*' || value === '' ? null : value;
  const product = known(parts.product);
  if (product === null) return null;
  return {
    part: known(parts.part) ?? 'a',
    vendor: known(parts.vendor),
    product,
    version: known(parts.version),
    update: known(parts.update),
  };
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
