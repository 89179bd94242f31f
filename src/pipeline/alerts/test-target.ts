import { uuidV7 } from '../../foundation/ids.ts';
import { appendEvent } from '../../journal/index.ts';
import type { SendOutcome } from './channels/channel.ts';
import type { Message } from './message.ts';
import { envelopeOf, type Sender, sent } from './send-due.ts';
import type { AlertTarget } from './target.ts';

export interface TestOutcome {
  readonly deliveryId: string;
  readonly outcome: SendOutcome;
}

/** Sends a message that says it is a test, once and at once; it stands in the delivery log like any other. */
export async function testTarget(
  sender: Sender,
  target: AlertTarget,
  given: { readonly by: string; readonly address: string | null; readonly signal: AbortSignal },
): Promise<TestOutcome> {
  const { db, clock, random, wires } = sender;
  const at = clock.now();
  const [id, messageId] = [uuidV7(at, random), uuidV7(at, random)];
  const message = testMessage(target, given.by, id);
  const row = { id, body: JSON.stringify(message), at, subscription: null, stop_token: null };
  const envelope = { ...envelopeOf(sender, row), address: given.address };
  const outcome = await sent(target, { envelope, wires, now: at, signal: given.signal });
  const now = clock.now();
  await db.write(async (trx) => {
    await trx.insertInto('alert_message').values({ id: messageId, kind: 'test', body: row.body, at }).execute();
    await trx
      .insertInto('alert_delivery')
      .values({
        id,
        subscription_id: null,
        message_id: messageId,
        target: target.name,
        state: outcome.kind === 'sent' ? 'sent' : 'dead',
        due_at: at,
        attempts: 1,
        created_at: at,
        ended_at: now,
        detail: outcome.detail,
      })
      .execute();
    await trx
      .insertInto('alert_attempt')
      .values({ delivery_id: id, attempt: 1, at, took_ms: now - at, outcome: outcome.kind, detail: outcome.detail })
      .execute();
    await appendEvent(trx, {
      at: now,
      kind: 'alerts.tested',
      subject: target.name,
      actor: given.by,
      payload: { outcome: outcome.kind },
    });
  });
  return { deliveryId: id, outcome };
}

function testMessage(target: AlertTarget, by: string, id: string): Message {
  return {
    kind: 'test',
    urgency: 'normal',
    subject: `A test of ${target.name}`,
    lead: `${by} asked for it. If you read this, alerts reach you here.`,
    facts: [{ name: 'Target', value: `${target.name} (${target.title})` }],
    lines: [],
    command: null,
    links: [{ label: 'Deliveries', url: '/deliveries' }],
    dedupeKey: `test|${id}`,
    incident: null,
    about: { advisoryIds: [], packages: [], channels: [], consumers: [], band: 'low', subscriber: null },
  };
}
