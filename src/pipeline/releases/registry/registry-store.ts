import { eventsAfter, type JournalEvent, type JournalTables, sequenceReader } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { ReleaseText } from '../model.ts';
import { noteOfRow, wordsOfRow } from '../rows.ts';
import { withFixes } from '../store.ts';
import type { ReleasesTables } from '../tables.ts';
import { indexRegistry, type RegistryIndex } from './index-registry.ts';

type Tables = ReleasesTables & JournalTables;

export interface RegistryStore {
  /** All that is published now, also by other processes. */
  readonly current: () => Promise<RegistryIndex>;
  /** Null of a channel's release. */
  readonly textOf: (uuid: string) => Promise<ReleaseText | null>;
}

/**
 * Everything published, kept in memory and looked up without a query. The journal says whether it still holds: it is
 * asked once for all who wait in one turn of the event loop, and never before they did.
 */
export function createRegistryStore(db: Database<Tables>): RegistryStore {
  let held: { readonly index: RegistryIndex; readonly sequence: number } | null = null;
  let asked: Promise<RegistryIndex> | null = null;

  const newest = sequenceReader(db);
  const check = async (): Promise<RegistryIndex> => {
    // Read before the rows: what is published in between is looked at once more.
    const sequence = await newest();
    if (held === null || (sequence !== held.sequence && (await isConcerned(db, held.sequence))))
      held = { sequence, index: await load(db) };
    else if (sequence !== held.sequence) held = { ...held, sequence };
    return held.index;
  };
  return {
    current: () => {
      asked ??= nextTurn().then(() => {
        asked = null;
        return check();
      });
      return asked;
    },
    textOf: async (uuid) => {
      const row = await db.read
        .selectFrom('release_note')
        .select(['readme', 'outputs'])
        .where('release_uuid', '=', uuid)
        .executeTakeFirst();
      return row === undefined ? null : { readme: row.readme, outputs: JSON.parse(row.outputs) };
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Whether anything of what happened since then changed what is published, or how it may be seen. */
async function isConcerned(db: Database<Tables>, known: number): Promise<boolean> {
  const most = 500;
  for (let from: number | undefined = known; from !== undefined; ) {
    const events: readonly JournalEvent[] = await eventsAfter(db, from, most);
    if (events.some(({ kind }) => kind.startsWith('release.') || kind.startsWith('flake.'))) return true;
    from = events.length < most ? undefined : events.at(-1)?.sequence;
  }
  return false;
}

async function load(db: Database<Tables>): Promise<RegistryIndex> {
  const [flakes, rows, notes] = await Promise.all([
    db.read.selectFrom('registry_flake').selectAll().execute(),
    db.read.selectFrom('release').selectAll().execute(),
    db.read
      .selectFrom('release_note')
      .select(['release_uuid', 'description', 'repository', 'subdirectory', 'spdx_identifier', 'mirrored'])
      .execute(),
  ]);
  const noteOf = new Map(notes.map((row) => [row.release_uuid, noteOfRow(row)]));
  const releases = await withFixes(db, rows);
  return indexRegistry({
    words: flakes.map(wordsOfRow),
    releases: releases.map((release) => ({ release, note: noteOf.get(release.uuid) ?? null })),
  });
}
