import { z } from 'zod';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { ConsumersTables } from './tables.ts';

/** What somebody asks to have covered: at most 5,000 packages at once. */
export const CoverageWish = z.object({
  reason: z.string().trim().min(1).max(2000),
  packages: z
    .array(
      z.object({
        name: z.string().trim().min(1).max(200),
        version: z.string().max(200).nullable().default(null),
        /** The attribute that the set carries it under, where that is known. */
        attr: z.string().max(300).nullable().default(null),
      }),
    )
    .min(1)
    .max(5000),
});
export type CoverageWish = Readonly<z.infer<typeof CoverageWish>>;

export type RequestState = 'open' | 'accepted' | 'declined';

/** A package that was asked for, with everyone who needs it. */
export interface CoverageRequest {
  readonly package: string;
  readonly attr: string | null;
  readonly askedBy: readonly {
    readonly requester: string;
    readonly version: string | null;
    readonly reason: string;
    readonly askedAt: EpochMs;
  }[];
  readonly state: RequestState;
  readonly decision: { readonly reason: string; readonly by: string; readonly at: EpochMs } | null;
}

export interface CoverageRequestStore {
  /** Again by the same requester changes the version and the reason, not the time. */
  readonly ask: (given: {
    readonly wish: CoverageWish;
    readonly requester: string;
    readonly at: EpochMs;
  }) => Promise<readonly CoverageRequest[]>;
  /** Those that most ask for first; open ones before decided ones. */
  readonly requests: (query: { readonly state: RequestState | null }) => Promise<readonly CoverageRequest[]>;
  /** Null when nobody asked for the package. */
  readonly decide: (given: {
    readonly package: string;
    readonly answer: 'accepted' | 'declined';
    readonly reason: string;
    readonly by: string;
    readonly at: EpochMs;
  }) => Promise<CoverageRequest | null>;
}

export function createRequestStore(db: Database<ConsumersTables & JournalTables>): CoverageRequestStore {
  const all = async (): Promise<readonly CoverageRequest[]> => {
    const [asked, decided] = await Promise.all([
      db.read
        .selectFrom('coverage_request')
        .selectAll()
        .orderBy('package')
        .orderBy('asked_at')
        .orderBy('requester')
        .execute(),
      db.read.selectFrom('coverage_decision').selectAll().execute(),
    ]);
    const decisions = new Map(decided.map((row) => [row.package, row]));
    return [...Map.groupBy(asked, (row) => row.package)].map(([name, rows]) => {
      const decision = decisions.get(name);
      return {
        package: name,
        attr: rows.find(({ attr }) => attr !== null)?.attr ?? null,
        askedBy: rows.map((row) => ({
          requester: row.requester,
          version: row.version,
          reason: row.reason,
          askedAt: row.asked_at,
        })),
        state: decision === undefined ? 'open' : decision.answer === 'accepted' ? 'accepted' : 'declined',
        decision:
          decision === undefined ? null : { reason: decision.reason, by: decision.decided_by, at: decision.decided_at },
      };
    });
  };
  return {
    ask: async ({ wish, requester, at }) => {
      const packages = new Map(wish.packages.map((wanted) => [wanted.name.toLowerCase(), wanted]));
      await db.write(async (trx) => {
        const known = new Set(
          (await trx.selectFrom('coverage_request').select('package').where('requester', '=', requester).execute()).map(
            (row) => row.package,
          ),
        );
        for (const [name, { version, attr }] of packages) {
          const row = { version, attr, reason: wish.reason };
          if (known.has(name))
            await trx
              .updateTable('coverage_request')
              .set(row)
              .where('package', '=', name)
              .where('requester', '=', requester)
              .execute();
          else
            await trx
              .insertInto('coverage_request')
              .values({ package: name, requester, asked_at: at, ...row })
              .execute();
        }
        const fresh = [...packages.keys()].filter((name) => !known.has(name));
        if (fresh.length > 0)
          await appendEvent(trx, {
            at,
            kind: 'coverage.requested',
            subject: requester,
            actor: requester,
            payload: { packages: fresh.slice(0, 100), count: fresh.length, reason: wish.reason },
          });
      });
      return (await all()).filter((request) => packages.has(request.package));
    },
    requests: async ({ state }) =>
      (await all())
        .filter((request) => state === null || request.state === state)
        .sort(
          (a, b) =>
            Number(a.state !== 'open') - Number(b.state !== 'open') ||
            b.askedBy.length - a.askedBy.length ||
            (a.package < b.package ? -1 : 1),
        ),
    decide: async ({ package: name, answer, reason, by, at }) => {
      const isKnown = await db.write(async (trx) => {
        const asked = await trx
          .selectFrom('coverage_request')
          .select('package')
          .where('package', '=', name)
          .executeTakeFirst();
        if (asked === undefined) return false;
        const decision = { answer, reason, decided_by: by, decided_at: at };
        const before = await trx
          .selectFrom('coverage_decision')
          .selectAll()
          .where('package', '=', name)
          .executeTakeFirst();
        if (before?.answer === answer && before.reason === reason) return true;
        if (before === undefined)
          await trx
            .insertInto('coverage_decision')
            .values({ package: name, ...decision })
            .execute();
        else await trx.updateTable('coverage_decision').set(decision).where('package', '=', name).execute();
        await appendEvent(trx, { at, kind: `coverage.${answer}`, subject: name, actor: by, payload: { reason } });
        return true;
      });
      return isKnown ? ((await all()).find((request) => request.package === name) ?? null) : null;
    },
  };
}
