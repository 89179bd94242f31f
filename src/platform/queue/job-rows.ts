import { type Selectable, sql, type Transaction } from 'kysely';
import { backOffMs, isWorthAnotherTry, keptError } from './back-off.ts';
import type { Job, NewJob } from './index.ts';
import type { EndedJob } from './run-jobs.ts';

export interface JobTables {
  readonly job: {
    readonly id: string;
    readonly kind: string;
    readonly key: string;
    readonly payload: string;
    readonly state: 'waiting' | 'running' | 'dead';
    readonly attempt: number;
    readonly run_at: number;
    readonly owner: string | null;
    readonly lease_until: number | null;
    readonly error: string | null;
  };
}

type JobRow = Selectable<JobTables['job']>;
type JobTransaction = Transaction<JobTables>;

export async function addJob(
  trx: JobTransaction,
  given: { readonly id: string; readonly job: NewJob; readonly now: number },
) {
  const { id, job, now } = given;
  await trx
    .insertInto('job')
    .values({
      id,
      kind: job.kind,
      key: job.key,
      payload: JSON.stringify(job.payload),
      state: 'waiting',
      attempt: 0,
      run_at: job.runAt ?? now,
      owner: null,
      lease_until: null,
      error: null,
    })
    .onConflict((conflict) => conflict.columns(['kind', 'key']).where('state', '=', sql.lit('waiting')).doNothing())
    .execute();
}

export async function claimJobs(
  trx: JobTransaction,
  given: {
    readonly kinds: readonly string[];
    readonly limit: number;
    readonly owner: string;
    readonly now: number;
    readonly leaseUntil: number;
  },
): Promise<readonly Job[]> {
  const due = await trx
    .selectFrom('job')
    .select('id')
    .where('state', '=', 'waiting')
    .where('run_at', '<=', given.now)
    .where('kind', 'in', given.kinds)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('job as other')
            .select('other.id')
            .where('other.state', '=', 'running')
            .whereRef('other.kind', '=', 'job.kind')
            .whereRef('other.key', '=', 'job.key'),
        ),
      ),
    )
    .orderBy('run_at')
    .orderBy('id')
    .limit(given.limit)
    .execute();
  if (due.length === 0) return [];
  const rows = await trx
    .updateTable('job')
    .set(({ eb }) => ({
      state: 'running',
      attempt: eb('attempt', '+', 1),
      owner: given.owner,
      lease_until: given.leaseUntil,
    }))
    .where(
      'id',
      'in',
      due.map(({ id }) => id),
    )
    .returningAll()
    .execute();
  return rows.map(jobOfRow).sort((a, b) => (a.id < b.id ? -1 : 1));
}

export async function writeEnd(
  trx: JobTransaction,
  { job, how }: EndedJob,
  given: { readonly owner: string; readonly now: number },
): Promise<void> {
  const { owner, now } = given;
  if (!(await isHeld(trx, { ...job, owner }))) return;
  switch (how.kind) {
    case 'done':
      return remove(trx, job.id);
    case 'stopped':
      return letWait(trx, job, { attempt: job.attempt - 1, runAt: now });
    case 'failed':
      return isWorthAnotherTry(how.error, job.attempt)
        ? letWait(trx, job, { attempt: job.attempt, runAt: now + backOffMs(job.attempt) })
        : bury(trx, job.id, keptError(how.error));
  }
}

/** A job whose process ended counts as tried: one that kills its process must not do so for ever. */
export async function takeBack(trx: JobTransaction, row: JobRow, now: number): Promise<void> {
  if (!(await isHeld(trx, row))) return;
  if (isWorthAnotherTry(null, row.attempt)) await letWait(trx, row, { attempt: row.attempt, runAt: now });
  else await bury(trx, row.id, 'its process ended while it ran');
}

// Not so when it was handed out anew meanwhile.
async function isHeld(
  trx: JobTransaction,
  { id, attempt, owner }: Pick<JobRow, 'id' | 'attempt' | 'owner'>,
): Promise<boolean> {
  const row = await trx
    .selectFrom('job')
    .select('id')
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('owner', '=', owner)
    .where('attempt', '=', attempt)
    .executeTakeFirst();
  return row !== undefined;
}

export async function reviveJob(trx: JobTransaction, id: string, now: number): Promise<boolean> {
  const row = await trx
    .selectFrom('job')
    .select(['id', 'kind', 'key'])
    .where('id', '=', id)
    .where('state', '=', 'dead')
    .executeTakeFirst();
  if (row === undefined) return false;
  await letWait(trx, row, { attempt: 0, runAt: now });
  return true;
}

// When an equal one waits by now, that one does the work.
async function letWait(
  trx: JobTransaction,
  job: Pick<JobRow, 'id' | 'kind' | 'key'>,
  { attempt, runAt }: { readonly attempt: number; readonly runAt: number },
): Promise<void> {
  const equal = await trx
    .selectFrom('job')
    .select('id')
    .where('state', '=', 'waiting')
    .where('kind', '=', job.kind)
    .where('key', '=', job.key)
    .executeTakeFirst();
  if (equal !== undefined) return remove(trx, job.id);
  await trx
    .updateTable('job')
    .set({ state: 'waiting', attempt, run_at: runAt, owner: null, lease_until: null, error: null })
    .where('id', '=', job.id)
    .execute();
}

async function bury(trx: JobTransaction, id: string, error: string): Promise<void> {
  await trx
    .updateTable('job')
    .set({ state: 'dead', owner: null, lease_until: null, error })
    .where('id', '=', id)
    .execute();
}

async function remove(trx: JobTransaction, id: string): Promise<void> {
  await trx.deleteFrom('job').where('id', '=', id).execute();
}

function jobOfRow(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    key: row.key,
    payload: JSON.parse(row.payload) as Job['payload'],
    attempt: row.attempt,
  };
}
