import { buffer } from 'node:stream/consumers';
import { AppError } from '../../../foundation/errors.ts';
import type { Fetcher } from '../../../platform/fetcher/index.ts';
import type { ForgeSettings } from './model.ts';

export const forgeErrors = {
  refused: { code: 'forge.refused', retryable: true },
  unreadable: { code: 'forge.unreadable', retryable: false },
} as const;

const mostBytes = 8 * 1024 * 1024;
const askMs = 30_000;
const mostPages = 10;

export interface AskForge {
  /** JSON of one address; null for one that is not there. */
  readonly one: (path: string) => Promise<unknown>;
  /** The pages of a list, at most ten, as one. */
  readonly list: (path: string) => Promise<readonly unknown[]>;
}

/** Questions to the API of a forge, bounded in size, time and number of pages. */
export function askForge(given: {
  readonly fetcher: Fetcher;
  readonly settings: Pick<ForgeSettings, 'url' | 'token'>;
  readonly scheme: 'Bearer' | 'token';
  /** What to do where it does not answer. */
  readonly hint: string;
  readonly signal: AbortSignal;
}): AskForge {
  const { fetcher, settings, scheme, hint, signal } = given;
  const ask = async (url: string) => {
    const token = await settings.token();
    const headers = { accept: 'application/json', ...(token === null ? {} : { authorization: `${scheme} ${token}` }) };
    const answer = await fetcher.fetch({ url, headers, maxBytes: mostBytes, timeoutMs: askMs, signal });
    if (answer.kind === 'content') return { json: parsed(await buffer(answer.body), url), next: answer.next ?? null };
    if (answer.kind === 'refused' && [404, 409, 422, 451].includes(answer.status)) return null;
    throw new AppError(forgeErrors.refused, answer.kind === 'refused' ? answer.message : `${url} gave nothing`, {
      hint,
    });
  };
  return {
    one: async (path) => (await ask(settings.url + path))?.json ?? null,
    list: async (path) => {
      const items: unknown[] = [];
      let url: string | null = settings.url + path;
      for (let page = 0; url !== null && page < mostPages; page++) {
        const answer: { readonly json: unknown; readonly next: string | null } | null = await ask(url);
        if (answer === null || !Array.isArray(answer.json)) break;
        items.push(...answer.json);
        url = answer.next;
      }
      return items;
    },
  };
}

function parsed(bytes: Buffer, url: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new AppError(forgeErrors.unreadable, `${url} gave no JSON`, { cause: error });
  }
}
