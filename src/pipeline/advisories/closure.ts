import type { Kysely } from 'kysely';
import { inParts } from '../../foundation/in-parts.ts';
import { mentionsOfRecords } from './mention-rows.ts';
import type { Mention } from './mentions.ts';
import type { AdvisoriesTables } from './tables.ts';

/** All ids that may share a vulnerability with those asked for, and all records that name one of them. */
export interface Closure {
  readonly ids: ReadonlySet<string>;
  /** Of each record, all that it mentions. */
  readonly mentions: ReadonlyMap<number, readonly Mention[]>;
}

type Kinds = readonly Mention['kind'][];

const sameKinds: Kinds = ['self', 'alias', 'duplicate'];
const upstreamSteps = 2;

export async function closureOf(db: Kysely<AdvisoriesTables>, asked: ReadonlySet<string>): Promise<Closure> {
  const mentions = new Map<number, readonly Mention[]>();

  async function recordsNaming(ids: readonly string[], kinds: Kinds): Promise<readonly (readonly Mention[])[]> {
    const keys = new Set<number>();
    for (const part of inParts(ids)) {
      const rows = await db
        .selectFrom('advisory_mention')
        .select('record_key')
        .where('vulnerability_id', 'in', part)
        .where('kind', 'in', kinds)
        .execute();
      for (const row of rows) keys.add(row.record_key);
    }
    const unknown = [...keys].filter((key) => !mentions.has(key));
    for (const [key, own] of await mentionsOfRecords(db, unknown)) mentions.set(key, own);
    return [...keys].map((key) => mentions.get(key) ?? []);
  }

  const ids = new Set(asked);
  // What builds on something that itself builds on a third is attributed to the third.
  for (const own of await recordsNaming([...asked], ['self']))
    for (const { id, kind } of own) if (kind === 'upstream') ids.add(id);
  for (let edge = [...ids]; edge.length > 0; ) {
    const named = new Set<string>();
    for (const own of await recordsNaming(edge, sameKinds))
      for (const { id, kind } of own) if (kind !== 'upstream' && !ids.has(id)) named.add(id);
    for (const id of named) ids.add(id);
    edge = [...named];
  }
  const visited = new Set(ids);
  let edge = [...ids];
  for (let step = 0; step < upstreamSteps && edge.length > 0; step++) {
    const builders = await recordsNaming(edge, ['upstream']);
    edge = builders.flatMap((own) => own.flatMap(({ id, kind }) => (kind === 'self' && !visited.has(id) ? id : [])));
    for (const id of edge) visited.add(id);
    // Whether these only build on others is told by all records of their ids.
    await recordsNaming(edge, ['self']);
  }
  return { ids, mentions };
}
