import type { Kysely, Transaction } from 'kysely';
import { type Person, refusalOf } from '../../accounts/index.ts';
import { assertNever } from '../../foundation/assert-never.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import type { RandomBytes } from '../../foundation/ids.ts';
import type { Database } from '../../platform/database/index.ts';
import type { AdvisoryStore } from '../advisories/index.ts';
import { type EmbargoAct, type EmbargoOutcome, type EmbargoRefusal, rolesFor } from './act.ts';
import type { Embargo, EmbargoEventKind } from './model.ts';
import type { EmbargoReport } from './report.ts';
import { addEvents, addNotices, endEmbargo, readEmbargoes } from './rows.ts';
import type { Tables } from './tables.ts';

interface By {
  readonly by: Person;
  readonly at: EpochMs;
}

export type OpenOutcome =
  | { readonly kind: 'opened'; readonly id: string }
  | { readonly kind: 'refused'; readonly why: 'not_a_person' | 'role_missing' | 'in_the_past' }
  /** Named, and not of the house. */
  | { readonly kind: 'unknown-people'; readonly people: readonly string[] }
  /** A record of it is out: it is worked on in the open. */
  | { readonly kind: 'already-public'; readonly advisoryId: string };

/** What people do under embargo. Everything is asked by somebody, and to whom is not in the circle there is nothing. */
export interface EmbargoDesk {
  readonly open: (given: By & { readonly report: EmbargoReport }) => Promise<OpenOutcome>;
  /** Newest first. */
  readonly seenBy: (person: Pick<Person, 'name'>) => Promise<readonly Embargo[]>;
  readonly seenAs: (person: Pick<Person, 'name'>, id: string) => Promise<Embargo | null>;
  readonly act: (given: By & { readonly id: string; readonly act: EmbargoAct }) => Promise<EmbargoOutcome>;
}

export function createEmbargoDesk(given: {
  readonly db: Database<Tables>;
  readonly advisories: Pick<AdvisoryStore, 'byIds' | 'lastChange'>;
  readonly person: (name: string) => Promise<Person | null>;
  readonly random: RandomBytes;
}): EmbargoDesk {
  const { db, advisories, person, random } = given;

  return {
    open: async ({ report, by, at }) => {
      const why = refusalOf(by, 'security_lead') ?? (report.public_at <= at ? 'in_the_past' : null);
      if (why !== null) return { kind: 'refused', why };
      const named = [...new Set([by.name, ...report.people])];
      const strangers: string[] = [];
      for (const name of named) if (name !== by.name && (await person(name)) === null) strangers.push(name);
      if (strangers.length > 0) return { kind: 'unknown-people', people: strangers };
      const watched = await advisories.lastChange();
      const known = [...(await advisories.byIds(report.ids)).values()].find(({ state }) => state === 'active');
      if (known !== undefined) return { kind: 'already-public', advisoryId: known.id };
      return db.write(async (trx) => {
        const id = await freeId(trx, at, random);
        const row = {
          id,
          report: JSON.stringify(report),
          opened_at: at,
          opened_by: by.name,
          ends_at: report.public_at,
          ended_at: null,
          ended_how: null,
          ended_by: null,
          ended_reason: null,
          disclosed_at: null,
          advisory_id: null,
          watched,
        };
        await trx.insertInto('embargo').values(row).execute();
        for (const name of named) await letIn(trx, id, name, { by: by.name, at });
        await addEvents(trx, id, [{ kind: 'opened' }], { actor: by.name, at });
        await addNotices(
          trx,
          id,
          named.filter((name) => name !== by.name),
          at,
        );
        return { kind: 'opened', id };
      });
    },
    seenBy: async ({ name }) => readEmbargoes(db.read, await idsFor(db.read, name, null)),
    seenAs: async ({ name }, id) => (await readEmbargoes(db.read, await idsFor(db.read, name, id)))[0] ?? null,
    act: ({ id, act, by, at }) =>
      db.write(async (trx) => {
        const [embargo] = await readEmbargoes(trx, await idsFor(trx, by.name, id));
        if (embargo === undefined) return { kind: 'unknown' };
        const roles = rolesFor[act.kind];
        const refusals = (roles ?? []).map((role) => refusalOf(by, role));
        if (roles !== null && !refusals.includes(null)) return refused(refusals[0] ?? 'role_missing');
        if (embargo.ended !== null && act.kind !== 'note') return refused('ended');
        const why = await perform({ trx, embargo, by, at, person }, act);
        return why === null ? { kind: 'done' } : refused(why);
      }),
  };
}

function refused(why: EmbargoRefusal): EmbargoOutcome {
  return { kind: 'refused', why };
}

interface On extends By {
  readonly trx: Transaction<Tables>;
  readonly embargo: Embargo;
  readonly person: (name: string) => Promise<Person | null>;
}

async function perform(on: On, act: EmbargoAct): Promise<EmbargoRefusal | null> {
  const { trx, embargo, by, at } = on;
  const { id, claimedBy, circle } = embargo;
  const others = circle.map(({ person }) => person).filter((name) => name !== by.name);
  const tell = async (event: EmbargoEventKind) => {
    await addEvents(trx, id, [event], { actor: by.name, at });
    await addNotices(trx, id, others, at);
    return null;
  };
  switch (act.kind) {
    case 'note':
      return tell({ kind: 'noted', text: act.text });
    case 'claim':
      if (claimedBy !== null) return claimedBy === by.name ? null : 'claimed_by_other';
      await addEvents(trx, id, [{ kind: 'claimed' }], { actor: by.name, at });
      return null;
    case 'release':
      if (claimedBy !== by.name) return 'not_claimed';
      await addEvents(trx, id, [{ kind: 'released' }], { actor: by.name, at });
      return null;
    case 'determine':
      if (act.attr !== null && !embargo.report.affected.some(({ attr }) => attr === act.attr))
        return 'not_affected_here';
      return tell({ kind: 'determined', as: act.as, attr: act.attr, statement: act.statement });
    case 'aware':
      if (act.since > at) return 'in_the_future';
      return tell({ kind: 'aware', since: act.since, evidence: act.evidence });
    case 'fix':
      return tell({ kind: 'fix', channel: act.channel, patch: act.patch });
    case 'let-in': {
      if (circle.some(({ person }) => person === act.person)) return 'already_in';
      if ((await on.person(act.person)) === null) return 'unknown_person';
      await letIn(trx, id, act.person, { by: by.name, at });
      await addEvents(trx, id, [{ kind: 'let-in', person: act.person }], { actor: by.name, at });
      await addNotices(trx, id, [act.person], at);
      return null;
    }
    case 'move':
      if (act.to <= at) return 'in_the_past';
      await trx.updateTable('embargo').set({ ends_at: act.to }).where('id', '=', id).execute();
      return tell({ kind: 'moved', from: embargo.endsAt, to: act.to, reason: act.reason });
    case 'lift':
      await endEmbargo(trx, id, { how: 'lifted', by: by.name, reason: act.reason, at, recordedAt: at });
      return null;
    default:
      return assertNever(act);
  }
}

async function letIn(
  trx: Transaction<Tables>,
  id: string,
  person: string,
  { by, at }: { readonly by: string; readonly at: EpochMs },
): Promise<void> {
  await trx.insertInto('embargo_person').values({ embargo_id: id, person, let_in_at: at, let_in_by: by }).execute();
}

/** Those that somebody was let into, newest first: every look at an embargo passes here. */
async function idsFor(db: Kysely<Tables>, person: string, id: string | null): Promise<readonly string[]> {
  let query = db
    .selectFrom('embargo_person')
    .innerJoin('embargo', 'embargo.id', 'embargo_person.embargo_id')
    .select('embargo.id')
    .where('embargo_person.person', '=', person)
    .orderBy('embargo.opened_at', 'desc')
    .orderBy('embargo.id');
  if (id !== null) query = query.where('embargo.id', '=', id);
  return (await query.execute()).map((row) => row.id);
}

/** `EMB-2026-4711`, drawn by lot: numbers in a row would tell how many others there are. */
async function freeId(trx: Transaction<Tables>, at: EpochMs, random: RandomBytes): Promise<string> {
  for (let digits = 4; ; digits = Math.min(digits + 1, 9)) {
    const [a = 0, b = 0, c = 0, d = 0] = random(4);
    const number = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    const id = `EMB-${new Date(at).getUTCFullYear()}-${String(number % 10 ** digits).padStart(digits, '0')}`;
    const taken = await trx.selectFrom('embargo').select('id').where('id', '=', id).executeTakeFirst();
    if (taken === undefined) return id;
  }
}
