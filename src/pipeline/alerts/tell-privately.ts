import { uuidV7 } from '../../foundation/ids.ts';
import type { Message } from './message.ts';
import { envelopeOf, type Sender, sent } from './send-due.ts';
import { activeSubscriptions } from './subscription-rows.ts';
import { configuredBy } from './subscription-store.ts';

export interface PrivateNotice {
  readonly person: string;
  /** Their mail address in the house, where they subscribed to nothing; null: none is known. */
  readonly address: string | null;
  readonly subject: string;
  readonly lead: string;
  readonly link: Message['links'][number];
  readonly signal: AbortSignal;
}

/** `nowhere`: no channel reaches that person. */
export type PrivateOutcome = 'sent' | 'later' | 'nowhere';

/**
 * Tells one person, by the channels that they chose or by mail to their own address, and keeps no trace of it: the log of
 * deliveries is for everybody who signs in.
 */
export async function tellPrivately(sender: Sender, notice: PrivateNotice): Promise<PrivateOutcome> {
  const { db, clock, random, wires } = sender;
  const now = clock.now();
  const id = uuidV7(now, random);
  const row = { id, body: JSON.stringify(messageOf(notice, id)), at: now, subscription: null, stop_token: null };
  let outcome: PrivateOutcome = 'nowhere';
  for (const { target, address } of await waysTo(sender, notice)) {
    const envelope = { ...envelopeOf(sender, row), address };
    const { kind } = await sent(target, { envelope, wires, now, signal: notice.signal });
    if (kind === 'sent') return 'sent';
    outcome = 'later';
  }
  return outcome;

  async function waysTo({ targets }: Sender, { person, address }: PrivateNotice) {
    // Anybody may write another's name into a subscription of their own.
    const own = (await activeSubscriptions(db.read)).filter(
      ({ subscription, confirmBy, createdBy }) =>
        subscription.subscriber === person && confirmBy === null && [person, configuredBy].includes(createdBy),
    );
    const chosen = own.flatMap(({ subscription }) =>
      subscription.targets.flatMap((name) => {
        const target = targets.find((one) => one.name === name && one.tells === null);
        return target === undefined ? [] : [{ target, address: subscription.address }];
      }),
    );
    if (chosen.length > 0 || address === null) return chosen;
    return targets.filter(({ needsAddress }) => needsAddress).map((target) => ({ target, address }));
  }
}

function messageOf({ subject, lead, link }: PrivateNotice, id: string): Message {
  return {
    kind: 'private',
    urgency: 'urgent',
    subject,
    lead,
    facts: [],
    lines: [],
    command: null,
    links: [link],
    dedupeKey: `private|${id}`,
    incident: null,
    about: { advisoryIds: [], packages: [], channels: [], consumers: [], band: null, subscriber: null },
  };
}
