import { parseStorePath } from '../../../formats/nix/store-path.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Instance } from '../../catalog/index.ts';
import type { CacheId } from './model.ts';
import type { CacheStore } from './store.ts';
import type { CoverageTables } from './tables.ts';

/** How much of what the covered packages are built into is there to be fetched, on one system. */
export interface SystemCoverage {
  readonly system: string;
  /** Output paths. */
  readonly wanted: number;
  readonly present: number;
  /** A few of the packages that are not there whole. */
  readonly missing: readonly string[];
}

/** Who let a release pass below the minimum. `approvedBy` null: from before it took two. */
export interface Waiver {
  readonly reason: string;
  readonly by: string;
  readonly approvedBy: string | null;
}

/** What was found when a release was published, and who let it pass below the minimum. */
export interface RecordedCoverage extends Omit<SystemCoverage, 'missing'> {
  readonly minimumPerMille: number;
  readonly exception: Waiver | null;
}

const mostNamed = 20;

export async function coverageOf(given: {
  readonly store: Pick<CacheStore, 'present'>;
  readonly caches: readonly CacheId[];
  readonly instances: readonly Pick<Instance, 'attr' | 'system' | 'outputs'>[];
}): Promise<readonly SystemCoverage[]> {
  const wanted = given.instances.flatMap(({ attr, system, outputs }) =>
    Object.values(outputs).flatMap((path) => {
      const read = parseStorePath(path);
      return read === null ? [] : [{ attr, system, hash: read.hash }];
    }),
  );
  const present = await given.store.present(given.caches, [...new Set(wanted.map(({ hash }) => hash))]);
  return [...Map.groupBy(wanted, ({ system }) => system)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([system, own]) => {
      // Two packages may share an output.
      const hashes = new Set(own.map(({ hash }) => hash));
      const lacking = own.filter(({ hash }) => !present.has(hash)).map(({ attr }) => attr);
      return {
        system,
        wanted: hashes.size,
        present: [...hashes].filter((hash) => present.has(hash)).length,
        missing: [...new Set(lacking)].slice(0, mostNamed),
      };
    });
}

/** Whether so much is there as is asked for; nothing wanted is nothing missing. */
export function isEnough({ wanted, present }: Pick<SystemCoverage, 'wanted' | 'present'>, minimum: number): boolean {
  return present >= wanted * minimum;
}

export interface CoverageStore {
  readonly record: (given: {
    readonly uuid: string;
    readonly systems: readonly RecordedCoverage[];
    readonly at: EpochMs;
  }) => Promise<void>;
  /** By system; empty for a release from before there was a cache. */
  readonly recorded: (uuid: string) => Promise<readonly RecordedCoverage[]>;
}

export function createCoverageStore(db: Database<CoverageTables & JournalTables>): CoverageStore {
  return {
    record: ({ uuid, systems, at }) =>
      db.write(async (trx) => {
        for (const { system, wanted, present, minimumPerMille, exception } of systems)
          await trx
            .insertInto('release_coverage')
            .values({
              release_uuid: uuid,
              system,
              wanted,
              present,
              minimum_per_mille: minimumPerMille,
              exception_reason: exception?.reason ?? null,
              exception_by: exception?.by ?? null,
              exception_approved_by: exception?.approvedBy ?? null,
            })
            .onConflict((conflict) => conflict.columns(['release_uuid', 'system']).doNothing())
            .execute();
        const [waived] = systems.flatMap(({ exception }) => exception ?? []);
        if (waived !== undefined)
          await appendEvent(trx, {
            at,
            kind: 'release.coverage-waived',
            subject: uuid,
            actor: waived.approvedBy ?? waived.by,
            payload: { reason: waived.reason, askedBy: waived.by, systems: systems.map(({ system }) => system) },
          });
      }),
    recorded: async (uuid) => {
      const rows = await db.read
        .selectFrom('release_coverage')
        .selectAll()
        .where('release_uuid', '=', uuid)
        .orderBy('system')
        .execute();
      return rows.map((row) => ({
        system: row.system,
        wanted: row.wanted,
        present: row.present,
        minimumPerMille: row.minimum_per_mille,
        exception:
          row.exception_reason === null || row.exception_by === null
            ? null
            : { reason: row.exception_reason, by: row.exception_by, approvedBy: row.exception_approved_by },
      }));
    },
  };
}
