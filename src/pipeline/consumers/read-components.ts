import { readCycloneDx } from '../../formats/cyclonedx/read-components.ts';
import { splitDrvName } from '../../formats/nix/compare-versions.ts';
import { readDerivations, type ShownDerivation } from '../../formats/nix/derivation-show.ts';
import { type PathInfo, readPathInfo } from '../../formats/nix/path-info.ts';
import { parseStorePath } from '../../formats/nix/store-path.ts';
import { readSpdx } from '../../formats/spdx/read-packages.ts';
import type { Component } from './component.ts';

export type ComponentsOutcome =
  | { readonly kind: 'components'; readonly source: string; readonly components: readonly Component[] }
  | { readonly kind: 'unreadable'; readonly reason: string };

const sources =
  /-source$|\.(?:tar|tgz|tbz|txz|zip|gem|crate|whl|patch|diff|sh|c|h|json|xml|txt|conf|lock|toml|nix)(?:\.\w{1,4})?$/;

/** What a text lists: a closure, a graph of derivations, a bill of materials, or plain store paths, one a line. */
export function readComponents(text: string): ComponentsOutcome {
  if (/^\s*[[{]/.test(text)) return fromJson(text);
  const lines = text.split('\n').map((line) => line.trim());
  const paths = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const wrong = paths.find((line) => parseStorePath(line) === null);
  if (wrong !== undefined || paths.length === 0)
    return { kind: 'unreadable', reason: `${JSON.stringify((wrong ?? '').slice(0, 80))} is no store path` };
  return {
    kind: 'components',
    source: 'store paths',
    components: paths.map((path) => componentOfPath(path, null)),
  };
}

function fromJson(text: string): ComponentsOutcome {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', reason: 'it is no JSON' };
  }
  const closure = readPathInfo(json);
  if (closure !== null) return { kind: 'components', source: 'closure', components: closureComponents(closure) };
  const graph = readDerivations(json);
  if (graph !== null) return { kind: 'components', source: 'derivations', components: graph.map(derivationComponent) };
  const bom = readCycloneDx(json);
  const document = bom === null ? readSpdx(json) : null;
  const entries = bom ?? document;
  if (entries === null)
    return {
      kind: 'unreadable',
      reason: 'it is neither "nix path-info -r --json", nor "nix derivation show -r", nor CycloneDX, nor SPDX 2',
    };
  return {
    kind: 'components',
    source: bom === null ? 'SPDX' : 'CycloneDX',
    components: entries.map(({ id, name, version, storePaths }) => ({
      id,
      name,
      version,
      storePaths: storePaths.filter((path) => !path.endsWith('.drv')),
      drvPath: storePaths.find((path) => path.endsWith('.drv')) ?? null,
      isSource: false,
    })),
  };
}

/** Several outputs of one derivation are one component. */
function closureComponents(closure: readonly PathInfo[]): readonly Component[] {
  const groups = Map.groupBy(closure, ({ path, deriver }) => deriver ?? path);
  return [...groups.values()].flatMap((paths) => {
    const first = paths[0];
    if (first === undefined) return [];
    return [{ ...componentOfPath(first.path, first.deriver), storePaths: paths.map(({ path }) => path) }];
  });
}

function componentOfPath(path: string, deriver: string | null): Component {
  const name = parseStorePath(path)?.name ?? path;
  const isDrv = name.endsWith('.drv');
  // A deriver has no output's name at its end: `openssl-3.5.4-bin` is built by `openssl-3.5.4.drv`.
  const given = deriver === null ? name : (parseStorePath(deriver)?.name ?? name);
  const { pname, version } = splitDrvName(given.replace(/\.drv$/, ''));
  return {
    id: path,
    name: pname,
    version: version === '' ? null : version.replace(/-(?:bin|dev|lib|man|doc|info|out|static)$/, ''),
    storePaths: isDrv ? [] : [path],
    drvPath: isDrv ? path : deriver,
    isSource: version === '' || sources.test(given.replace(/\.drv$/, '')),
  };
}

function derivationComponent({ drvPath, name, pname, version, outputs, isFixedOutput }: ShownDerivation): Component {
  const split = splitDrvName(name);
  const known = version ?? (split.version === '' ? null : split.version);
  return {
    id: drvPath,
    name: pname ?? split.pname,
    version: known,
    storePaths: outputs,
    drvPath,
    // Fetched archives, hooks and scripts carry no version of their own.
    isSource: isFixedOutput || known === null || sources.test(name),
  };
}
