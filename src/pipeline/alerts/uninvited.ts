import { mailboxOf } from '../../accounts/index.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import type { AlertsTransaction } from './plan-messages.ts';

const dayMs = 24 * 60 * 60_000;
const monthMs = 30 * dayMs;
const mostADayTo = 5;
const mostAMonthTo = 15;
const mostADayBy = 20;

/** Counts a mail to an address that has not agreed to any; throws when it, or who causes it, has had enough: nobody is flooded through us. */
export async function countUninvited(
  trx: AlertsTransaction,
  { address, by, at }: { readonly address: string; readonly by: string; readonly at: EpochMs },
): Promise<void> {
  const mailbox = mailboxOf(address);
  await trx
    .deleteFrom('alert_uninvited')
    .where('at', '<=', at - monthMs)
    .execute();
  const since = (pastMs: number) =>
    trx
      .selectFrom('alert_uninvited')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('at', '>', at - pastMs);
  const toDay = await since(dayMs).where('mailbox', '=', mailbox).executeTakeFirstOrThrow();
  const toMonth = await since(monthMs).where('mailbox', '=', mailbox).executeTakeFirstOrThrow();
  const byDay = await since(dayMs).where('caused_by', '=', by).executeTakeFirstOrThrow();
  if (Number(toDay.count) >= mostADayTo || Number(toMonth.count) >= mostAMonthTo)
    throw tooMany(
      `${address} has not agreed to mail from here and was written to ${mostADayTo} times in a day or more`,
    );
  if (Number(byDay.count) >= mostADayBy)
    throw tooMany(`${by} has had ${mostADayBy} mails sent in a day to addresses that have not agreed to any`);
  await trx.insertInto('alert_uninvited').values({ mailbox, caused_by: by, at }).execute();
}

function tooMany(message: string): AppError {
  return new AppError({ code: 'usage.too-many-mails', retryable: false }, message, {
    hint: 'Try again tomorrow, or confirm by a mail that came; whoever runs this can vouch for an address: snowguard alerts subscribe --confirmed.',
  });
}
