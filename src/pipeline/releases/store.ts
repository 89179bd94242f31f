import type { Transaction } from 'kysely';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Place, Release } from './model.ts';
import { visibilityOf } from './registry/words.ts';
import { fixOfRow, fixRows, keyOf, releaseOfRow, rowOfRelease } from './rows.ts';
import type { ReleasesTables } from './tables.ts';
import { setYanked, type YankOutcome } from './yank.ts';

type Tables = ReleasesTables & JournalTables;

export type AddOutcome =
  | { readonly kind: 'added'; readonly release: Release }
  /** The commit was published before, by this process or another: that release stands. */
  | { readonly kind: 'existing'; readonly release: Release }
  /** Another commit holds the version number. */
  | { readonly kind: 'number-taken'; readonly by: Release }
  /** Another publication of the commit began later and cleared this one's tarball away. */
  | { readonly kind: 'superseded' };

export interface ReleaseStore {
  /** Newest first, yanked ones too; names in any case. */
  readonly releasesOf: (organisation: string, flake: string) => Promise<readonly Release[]>;
  /** Of every channel whose flake everybody may see listed, newest first. */
  readonly releases: (options: { readonly limit: number }) => Promise<readonly Release[]>;
  /** By the full version, `0.1.7+rev-…`, or without what follows the `+`. */
  readonly releaseByVersion: (organisation: string, flake: string, version: string) => Promise<Release | null>;
  /** Of one channel: another line of the flake may have the commit too. */
  readonly releaseByCommit: (
    given: Pick<Release, 'organisation' | 'flake' | 'channel' | 'commitId'>,
  ) => Promise<Release | null>;
  readonly releaseByUuid: (uuid: string) => Promise<Release | null>;
  /** The newest that is not yanked; of one channel where several share the flake. */
  readonly latest: (organisation: string, flake: string, channel?: string) => Promise<Release | null>;
  /** Withdraws a release from resolution; its pinned address stays. Announced as `release.yanked`. */
  readonly yank: (given: {
    readonly uuid: string;
    readonly reason: string;
    readonly at: EpochMs;
    readonly actor: string;
  }) => Promise<YankOutcome>;
  readonly unyank: (given: {
    readonly uuid: string;
    readonly reason: string;
    readonly at: EpochMs;
    readonly actor: string;
  }) => Promise<YankOutcome>;
  /** Notes that a tarball is about to be written; gives the uuids of unfinished earlier ones of the commit, now void. */
  readonly beginAttempt: (
    attempt: Place & { readonly uuid: string; readonly commitId: string; readonly at: EpochMs },
  ) => Promise<readonly string[]>;
  /** Stores the release and announces `release.published`, once its tarball lies in the blob store. */
  readonly addRelease: (release: Release, actor: string) => Promise<AddOutcome>;
}

export function createReleaseStore(db: Database<Tables>): ReleaseStore {
  const rows = () =>
    db.read.selectFrom('release').selectAll().orderBy('commit_count', 'desc').orderBy('published_at', 'desc');
  const ofFlake = (organisation: string, flake: string) =>
    rows().where('organisation_key', '=', keyOf(organisation)).where('flake_key', '=', keyOf(flake));
  const one = async (found: Awaited<ReturnType<ReturnType<typeof rows>['execute']>>): Promise<Release | null> =>
    (await withFixes(db, found.slice(0, 1)))[0] ?? null;

  return {
    releasesOf: async (organisation, flake) => withFixes(db, await ofFlake(organisation, flake).execute()),
    releases: async ({ limit }) =>
      withFixes(
        db,
        await db.read
          .selectFrom('release')
          .selectAll()
          .where('channel', '!=', '')
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('registry_flake')
                  .select('visibility')
                  .whereRef('registry_flake.organisation_key', '=', 'release.organisation_key')
                  .whereRef('registry_flake.flake_key', '=', 'release.flake_key')
                  .where('visibility', '!=', 'public'),
              ),
            ),
          )
          .orderBy('published_at', 'desc')
          .orderBy('uuid', 'desc')
          .limit(limit)
          .execute(),
      ),
    releaseByVersion: async (organisation, flake, version) => {
      const key = simplifiedVersion(version);
      const found = await ofFlake(organisation, flake).where('version_key', '=', key).execute();
      return one(version === key ? found : found.filter((row) => row.version === version));
    },
    releaseByCommit: async ({ organisation, flake, channel, commitId }) =>
      one(
        await ofFlake(organisation, flake).where('channel', '=', channel).where('commit_id', '=', commitId).execute(),
      ),
    releaseByUuid: async (uuid) => one(await rows().where('uuid', '=', uuid).execute()),
    latest: async (organisation, flake, channel) => {
      const live = ofFlake(organisation, flake).where('yanked_at', 'is', null).limit(1);
      return one(await (channel === undefined ? live : live.where('channel', '=', channel)).execute());
    },
    yank: (given) => db.write((trx) => setYanked(trx, { ...given, yanked: true })),
    unyank: (given) => db.write((trx) => setYanked(trx, { ...given, yanked: false })),
    beginAttempt: ({ uuid, organisation, flake, commitId, at }) =>
      db.write(async (trx) => {
        const place = { organisation_key: keyOf(organisation), flake_key: keyOf(flake), commit_id: commitId };
        const stale = await trx
          .deleteFrom('release_attempt')
          .where('organisation_key', '=', place.organisation_key)
          .where('flake_key', '=', place.flake_key)
          .where('commit_id', '=', commitId)
          .returning('uuid')
          .execute();
        await trx
          .insertInto('release_attempt')
          .values({ uuid, ...place, at })
          .execute();
        return stale.map((row) => row.uuid);
      }),
    addRelease: (release, actor) => db.write((trx) => addRelease(trx, release, actor)),
  };
}

async function addRelease(trx: Transaction<Tables>, release: Release, actor: string): Promise<AddOutcome> {
  const attempt = await trx
    .deleteFrom('release_attempt')
    .where('uuid', '=', release.uuid)
    .returning('uuid')
    .executeTakeFirst();
  const own = rowOfRelease(release);
  const known = await trx
    .selectFrom('release')
    .selectAll()
    .where('organisation_key', '=', own.organisation_key)
    .where('flake_key', '=', own.flake_key)
    .where(({ or, and, eb }) =>
      or([
        and([eb('commit_id', '=', release.commitId), eb('channel', '=', release.channel)]),
        eb('version_key', '=', own.version_key),
      ]),
    )
    .executeTakeFirst();
  if (known !== undefined) {
    const fixes = await trx
      .selectFrom('release_fix')
      .selectAll()
      .where('release_uuid', '=', known.uuid)
      .orderBy('position')
      .execute();
    const stands = releaseOfRow(known, fixes.map(fixOfRow));
    return known.commit_id === release.commitId && known.channel === release.channel
      ? { kind: 'existing', release: stands }
      : { kind: 'number-taken', by: stands };
  }
  if (attempt === undefined) return { kind: 'superseded' };
  await trx.insertInto('release').values(own).execute();
  for (const row of fixRows(release)) await trx.insertInto('release_fix').values(row).execute();
  await appendEvent(trx, {
    at: release.publishedAt,
    kind: 'release.published',
    subject: release.uuid,
    actor,
    payload: {
      uuid: release.uuid,
      organisation: release.organisation,
      flake: release.flake,
      channel: release.channel,
      version: release.version,
      commitId: release.commitId,
      fixes: release.fixes.length,
      visibility: await visibilityOf(trx, release),
    },
  });
  return { kind: 'added', release };
}

export async function withFixes(
  db: Database<Tables>,
  rows: readonly ReleasesTables['release'][],
): Promise<readonly Release[]> {
  const fixes: ReleasesTables['release_fix'][] = [];
  // Few at a time: an engine takes a limited number of parameters.
  for (let from = 0; from < rows.length; from += 500) {
    const uuids = rows.slice(from, from + 500).map((row) => row.uuid);
    fixes.push(
      ...(await db.read
        .selectFrom('release_fix')
        .selectAll()
        .where('release_uuid', 'in', uuids)
        .orderBy('release_uuid')
        .orderBy('position')
        .execute()),
    );
  }
  const byRelease = Map.groupBy(fixes, (row) => row.release_uuid);
  return rows.map((row) => releaseOfRow(row, (byRelease.get(row.uuid) ?? []).map(fixOfRow)));
}
