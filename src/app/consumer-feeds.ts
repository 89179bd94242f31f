import { consumerFeedsSchema, madeFeedSchema } from '../http/api/consumer-feed-endpoints.ts';
import { askServer, tokenFor, unanswered } from './consumer-answers/ask-server.ts';
import { consumerPath } from './register-lock.ts';

interface Asking {
  readonly server: string;
  /** Of the lock. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Has a server make a feed of what a consumer must act on; its addresses are told this once. */
export async function makeConsumerFeed(given: Asking) {
  const answer = madeFeedSchema.safeParse(await ask(given, 'POST', ''));
  if (!answer.success) throw noAnswer(given);
  return answer.data;
}

export async function consumerFeedsOf(given: Asking) {
  const answer = consumerFeedsSchema.safeParse(await ask(given, 'GET', ''));
  if (!answer.success) throw noAnswer(given);
  return answer.data.items;
}

export async function revokeConsumerFeed({ id, ...given }: Asking & { readonly id: string }): Promise<void> {
  await ask(given, 'DELETE', `/${encodeURIComponent(id)}`);
}

async function ask({ server, name, environment, signal }: Asking, method: 'GET' | 'POST' | 'DELETE', more: string) {
  const token = await tokenFor(server, environment);
  return askServer({ server, path: `${placeOf(name)}${more}`, token, signal, method });
}

function noAnswer({ server, name }: Asking) {
  return unanswered(server, placeOf(name), new Error('that is no answer of a Snowguard'));
}

function placeOf(name: string): string {
  return `${consumerPath(name)}/feeds`;
}
