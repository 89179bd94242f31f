import type { Kysely } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { type PublicSay, publicSayOf, sayColumnsRead } from './public-say.ts';
import type { StoreTables } from './tables.ts';

/** A finding as the world is told of it. */
export interface PublicFinding {
  readonly id: string;
  readonly advisoryId: string;
  readonly attr: string;
  readonly channel: string;
  /** The affected one last seen, and the one that holds the fix. */
  readonly version: string;
  readonly fixedVersion: string | null;
  readonly fixKind: string | null;
  readonly openedAt: EpochMs;
  readonly releasedAt: EpochMs | null;
  readonly says: PublicSay;
}

/** Of these vulnerabilities, by attribute, then channel. */
export async function publicFindings(
  db: Kysely<StoreTables>,
  advisoryIds: readonly string[],
): Promise<readonly PublicFinding[]> {
  const found: PublicFinding[] = [];
  for (const part of inParts([...new Set(advisoryIds)])) {
    const rows = await db
      .selectFrom('finding')
      .select(['id', 'advisory_id', 'attr', 'channel', 'fix_kind', 'opened_at', 'released_at', ...sayColumnsRead])
      .where('advisory_id', 'in', part)
      .orderBy('attr')
      .orderBy('channel')
      .orderBy('id')
      .execute();
    for (const row of rows)
      found.push({
        id: String(row.id),
        advisoryId: row.advisory_id,
        attr: row.attr,
        channel: row.channel,
        version: row.version,
        fixedVersion: row.fixed_version,
        fixKind: row.fix_kind,
        openedAt: row.opened_at,
        releasedAt: row.released_at,
        says: publicSayOf(row),
      });
  }
  return found;
}
