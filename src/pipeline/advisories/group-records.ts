import type { Closure } from './closure.ts';
import { groupIds } from './group-ids.ts';
import { isCve, type Mention } from './mentions.ts';

/** An advisory to be: its ids, and the keys of the records that speak of it. */
export interface RecordGroup {
  readonly id: string;
  readonly ids: readonly string[];
  /** Ids that name this and other vulnerabilities. */
  readonly bundles: readonly string[];
  readonly own: readonly number[];
  readonly linked: readonly number[];
}

export function groupRecords({ ids, mentions }: Closure): readonly RecordGroup[] {
  const records = [...mentions]
    .flatMap(([key, all]) => {
      const self = all.find(({ kind }) => kind === 'self')?.id;
      return self === undefined ? [] : { key, self, all };
    })
    .sort((a, b) => a.key - b.key);
  const inside = records.filter(({ self }) => ids.has(self));
  const pairs = (kind: Mention['kind']) =>
    inside.flatMap(({ self, all }) =>
      all.flatMap((mention) => (mention.kind === kind ? [[self, mention.id] as const] : [])),
    );
  const { groups, bundles } = groupIds(ids, { aliases: pairs('alias'), duplicates: pairs('duplicate') });
  const groupOf = new Map(groups.flatMap((group) => group.ids.map((id) => [id, group.id] as const)));
  const ownOf = Map.groupBy(inside, ({ self }) => groupOf.get(self) ?? '');

  const recordsOf = Map.groupBy(records, ({ self }) => self);
  const targetsOf = (id: string): readonly string[] => {
    const bundled = bundles.get(id);
    if (bundled !== undefined) return bundled;
    const own = recordsOf.get(id) ?? [];
    const onlyBuilds = own.length > 0 && own.every(({ all }) => buildsOnly(all)) && !isCve(id);
    const names = onlyBuilds ? own.flatMap(({ all }) => upstreamOf(all)) : [id];
    return names.flatMap((name) => groupOf.get(name) ?? bundles.get(name) ?? []);
  };
  const linkedOf = new Map<string, Set<number>>();
  for (const { key, self, all } of records) {
    const own = groupOf.get(self);
    for (const target of new Set([...(bundles.get(self) ?? []), ...upstreamOf(all).flatMap(targetsOf)])) {
      if (target === own) continue;
      const linked = linkedOf.get(target);
      if (linked === undefined) linkedOf.set(target, new Set([key]));
      else linked.add(key);
    }
  }
  const bundlesOf = new Map<string, string[]>();
  for (const [id, targets] of [...bundles].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const target of targets) bundlesOf.set(target, [...(bundlesOf.get(target) ?? []), id]);
  return groups.flatMap((group) => {
    const own = ownOf.get(group.id) ?? [];
    const linked = [...(linkedOf.get(group.id) ?? [])];
    const stands =
      own.some(({ all }) => all.every(({ kind }) => kind !== 'upstream')) ||
      (isCve(group.id) ? own.length + linked.length > 0 : own.length === 0 && linked.length > 0);
    return stands ? [{ ...group, bundles: bundlesOf.get(group.id) ?? [], own: own.map(({ key }) => key), linked }] : [];
  });
}

function upstreamOf(mentions: readonly Mention[]): readonly string[] {
  return mentions.flatMap(({ id, kind }) => (kind === 'upstream' ? id : []));
}

/** Such a record speaks of others' vulnerabilities, not of one of its own. */
function buildsOnly(mentions: readonly Mention[]): boolean {
  return mentions.length > 1 && mentions.every(({ kind }) => kind === 'self' || kind === 'upstream');
}
