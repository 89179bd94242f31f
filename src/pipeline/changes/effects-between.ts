import { compareNixVersions } from '../../formats/nix/compare-versions.ts';
import { order } from '../../foundation/order.ts';
import type { Instance, Patch } from '../catalog/index.ts';
import { forges } from './detectors/source-place.ts';
import type { Effect, EffectKind } from './model.ts';

/** What changed between two evaluations, from their instances alone; by attribute. Equal effects of several systems are one. */
export function effectsBetween(before: readonly Instance[], after: readonly Instance[]): readonly Effect[] {
  const old = byPair(before);
  const now = byPair(after);
  const found = new Map<string, { readonly attr: string; readonly kind: EffectKind; readonly systems: string[] }>();
  for (const pair of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const from = old.get(pair);
    const to = now.get(pair);
    const either = to ?? from;
    if (either === undefined) continue;
    for (const kind of effectsOf(from, to)) {
      const key = JSON.stringify([either.attr, kind]);
      const known = found.get(key);
      if (known === undefined) found.set(key, { attr: either.attr, kind, systems: [either.system] });
      else known.systems.push(either.system);
    }
  }
  return [...found.values()]
    .sort((a, b) => order(a.attr, b.attr))
    .map(({ attr, kind, systems }) => ({ attr, systems, ...kind }));
}

function byPair(instances: readonly Instance[]): ReadonlyMap<string, Instance> {
  return new Map(instances.map((instance) => [`${instance.attr}\0${instance.system}`, instance]));
}

function effectsOf(from: Instance | undefined, to: Instance | undefined): readonly EffectKind[] {
  if (from === undefined) return to === undefined ? [] : [{ kind: 'added', version: to.version }];
  if (to === undefined) return [{ kind: 'removed', version: from.version }];
  const effects = [
    ...versionEffects(from, to),
    ...sourceEffects(from, to),
    ...patchEffects(from.patches, to.patches),
    ...declaredEffects(from, to),
  ];
  const rebuilt = from.drvPath !== null && to.drvPath !== null && from.drvPath !== to.drvPath;
  return effects.length === 0 && rebuilt ? [{ kind: 'rebuilt' }] : effects;
}

function versionEffects(from: Instance, to: Instance): readonly EffectKind[] {
  if (from.version === to.version) return [];
  const downgrade = compareNixVersions(to.version, from.version) < 0;
  return [{ kind: 'bumped', from: from.version, to: to.version, downgrade }];
}

function sourceEffects(from: Instance, to: Instance): readonly EffectKind[] {
  return to.sources.flatMap((source, index): readonly EffectKind[] => {
    const before = from.sources[index];
    if (before === undefined) return [];
    const oldPlace = placeOf(before.urls);
    const newPlace = placeOf(source.urls);
    const moved: readonly EffectKind[] =
      oldPlace !== null && newPlace !== null && oldPlace !== newPlace
        ? [{ kind: 'source-moved', from: oldPlace, to: newPlace }]
        : [];
    const sameVersion = from.version === to.version && before.rev === source.rev;
    const rehashed: readonly EffectKind[] =
      sameVersion && before.hash !== null && source.hash !== null && before.hash !== source.hash
        ? [{ kind: 'hash-changed', source: source.name, from: before.hash, to: source.hash }]
        : [];
    return [...moved, ...rehashed];
  });
}

/** Who answers for a source: the host, on a forge with owner and repository too. */
function placeOf(urls: readonly string[]): string | null {
  const [first] = urls;
  if (first === undefined || !URL.canParse(first)) return null;
  const url = new URL(first);
  if (!forges.has(url.hostname)) return url.protocol === 'mirror:' ? `mirror://${url.host}` : url.hostname;
  const [owner = '', repository = ''] = url.pathname.split('/').filter((part) => part !== '');
  return `${url.hostname}/${owner}/${repository.replace(/\.git$/, '')}`.toLowerCase();
}

function patchEffects(before: readonly Patch[], after: readonly Patch[]): readonly EffectKind[] {
  const left = [...before];
  const unmatched: Patch[] = [];
  for (const patch of after) {
    const same = left.findIndex((other) => contentOf(other) === contentOf(patch));
    if (same >= 0) left.splice(same, 1);
    else unmatched.push(patch);
  }
  const effects: EffectKind[] = [];
  for (const patch of unmatched) {
    const named = left.findIndex((other) => other.name === patch.name);
    if (named >= 0) left.splice(named, 1);
    effects.push({ kind: named >= 0 ? 'patch-changed' : 'patch-added', patch: patch.name });
  }
  return [...effects, ...left.map((patch): EffectKind => ({ kind: 'patch-removed', patch: patch.name }))];
}

function contentOf(patch: Patch): string {
  return JSON.stringify([patch.name, patch.content ?? patch.hash ?? patch.urls]);
}

function declaredEffects(from: Instance, to: Instance): readonly EffectKind[] {
  const added = to.knownVulnerabilities.filter((text) => !from.knownVulnerabilities.includes(text));
  const removed = from.knownVulnerabilities.filter((text) => !to.knownVulnerabilities.includes(text));
  return added.length + removed.length === 0 ? [] : [{ kind: 'vulnerabilities-declared', added, removed }];
}
