import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { netrcPassword } from '../../formats/netrc/netrc.ts';
import { settingIn } from '../../formats/nix-conf/nix-conf.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';

const serverErrors = {
  unanswered: { code: 'check.unanswered', retryable: true },
  refused: { code: 'server.refused', retryable: false },
} as const;

const maxBytes = 256 * 1024 * 1024;
const timeoutMs = 60_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** The files that `snowguard login` keeps: `$XDG_CONFIG_HOME/nix/netrc` and `nix.conf`, as Nix itself has them by default. */
export function nixFiles(environment: Environment): { readonly netrc: string; readonly conf: string } {
  const folder = path.join(environment.XDG_CONFIG_HOME || path.join(environment.HOME || homedir(), '.config'), 'nix');
  return { netrc: path.join(folder, 'netrc'), conf: path.join(folder, 'nix.conf') };
}

/** SNOWGUARD_TOKEN, else what `login` has kept for that host; null without either. */
export async function tokenFor(server: string, environment: Environment): Promise<string | null> {
  const said = environment.SNOWGUARD_TOKEN?.trim();
  if (said) return said;
  if (!URL.canParse(server)) return null;
  const text = await readFile(await netrcFile(environment), 'utf8').catch(() => '');
  return netrcPassword(text, new URL(server).hostname);
}

/** Nix reads one netrc file: the one that its settings name, else the one that `login` makes. */
export async function netrcFile(environment: Environment): Promise<string> {
  const { conf, netrc } = nixFiles(environment);
  return settingIn(await readFile(conf, 'utf8').catch(() => ''), 'netrc-file') ?? netrc;
}

/** What a server answers, as JSON. Its refusals are told in its own words. */
export async function askServer(given: {
  readonly server: string;
  readonly path: string;
  readonly token: string | null;
  readonly signal: AbortSignal;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: string;
}): Promise<unknown> {
  const { server, path: place, token, signal, method = 'GET', body } = given;
  // The person who runs this chose the server, or the lock's author did: it is where Nix itself fetches from.
  const answer = await send().catch((error: unknown) => {
    throw signal.aborted ? error : unanswered(server, place, error);
  });
  // What is not there may also be said by some other server.
  if (answer.status >= 400 && answer.status < 500 && (answer.status !== 404 || answer.isProblem))
    throw refusal(server, answer);
  try {
    if (!answer.ok) throw new Error(`it answered with status ${answer.status}`);
    return JSON.parse(answer.text) as unknown;
  } catch (error) {
    throw unanswered(server, place, error);
  }

  async function send() {
    const response = await fetch(`${server}${place}`, {
      method,
      headers: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > maxBytes) throw new Error(`it sends more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json') ?? false;
    return { status: response.status, ok: response.ok, isProblem, text: Buffer.concat(chunks).toString('utf8') };
  }
}

export function unanswered(server: string, place: string, error: unknown): AppError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return new AppError(serverErrors.unanswered, `${server}${place} could not answer: ${messageOf(cause)}`, {
    cause: error,
    hint: 'Is that server up, and is it a Snowguard? Or ask a workspace with --workspace DIR, or a signed file with --data FILE.',
  });
}

function refusal(server: string, { status, text }: { readonly status: number; readonly text: string }): AppError {
  const said = detailOf(text)
    .replaceAll(/\p{Cc}+/gu, ' ')
    .slice(0, 400);
  const hint = status === 401 || status === 403 ? `Sign in: snowguard login ${server}` : undefined;
  return new AppError(
    serverErrors.refused,
    `${server} refuses: ${said === '' ? `status ${status}` : said}`,
    hint === undefined ? {} : { hint },
  );
}

function detailOf(text: string): string {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && 'detail' in json && typeof json.detail === 'string'
      ? json.detail
      : '';
  } catch {
    return text;
  }
}
