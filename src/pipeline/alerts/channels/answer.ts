import type { PostAnswer } from '../../../platform/fetcher/index.ts';
import type { SendOutcome } from './channel.ts';

/** What an HTTP answer means where the service says nothing finer. */
export function outcomeOf(answer: PostAnswer): SendOutcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'sent', detail: `status ${status}` };
  if (status === 410) return refused(answer, 'gone', 'target');
  if (status === 429) return refused(answer, 'later', 'pace');
  if (status === 400 || status === 413 || status === 422) return refused(answer, 'never', 'message');
  return refused(answer, 'later', 'target');
}

export function refused(
  answer: PostAnswer,
  again: 'later' | 'never' | 'gone',
  blames: 'target' | 'message' | 'pace',
): SendOutcome {
  const said = answer.body.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
  const detail = `status ${answer.status}${said === '' ? '' : `: ${said}`}`;
  return { kind: 'refused', again, blames, retryAfterMs: answer.retryAfterMs, detail };
}

/** Nothing is set where the channel needs it. */
export function unset(what: string): SendOutcome {
  return { kind: 'refused', again: 'never', blames: 'target', retryAfterMs: null, detail: `${what} is not set` };
}

/** A number of milliseconds in a JSON answer; null where there is none. */
export function numberIn(body: string, name: string): number | null {
  try {
    const value = (JSON.parse(body) as Record<string, unknown>)[name];
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
  } catch {
    return null;
  }
}
