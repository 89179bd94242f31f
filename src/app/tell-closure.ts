import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../foundation/errors.ts';
import { closureSchema, closureToldSchema } from '../http/api/present-closure.ts';
import { maxClosureBytes } from '../pipeline/consumers/index.ts';
import { askServer, tokenFor, unanswered } from './consumer-answers/ask-server.ts';
import { absolute, closureText, textOfFile } from './consumer-answers/read-closure.ts';
import { consumerPath } from './register-lock.ts';

interface Told {
  readonly server: string;
  /** Of the lock. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** Tells a server what a consumer really runs, so that its alerts speak of that alone. */
export async function tellClosure(given: Told & { readonly named: readonly string[]; readonly cwd: string }) {
  const { server, name } = given;
  const text = await textOf(given);
  if (Buffer.byteLength(text) > maxClosureBytes)
    throw new AppError(
      { code: 'usage.closure', retryable: false },
      `what is named there has more than ${maxClosureBytes} bytes`,
      { hint: 'Send the store paths alone: nix path-info -r INSTALLABLE > paths.txt' },
    );
  const answer = closureToldSchema.safeParse(await ask(given, 'POST', text));
  if (!answer.success) throw unanswered(server, placeOf(name), new Error('that is no answer of a Snowguard'));
  return { server, ...answer.data };
}

export async function readClosureOf(given: Told) {
  const answer = closureSchema.safeParse(await ask(given, 'GET'));
  if (!answer.success)
    throw unanswered(given.server, placeOf(given.name), new Error('that is no answer of a Snowguard'));
  return answer.data;
}

export async function removeClosure(given: Told): Promise<void> {
  await ask(given, 'DELETE');
}

async function ask({ server, name, environment, signal }: Told, method: 'GET' | 'POST' | 'DELETE', body?: string) {
  const token = await tokenFor(server, environment);
  const said = body === undefined ? {} : { body };
  return askServer({ server, path: placeOf(name), token, signal, method, ...said });
}

function placeOf(name: string): string {
  return `${consumerPath(name)}/closure`;
}

/** A file goes as it is; a store path, a link to one, or an installable is asked of Nix. */
async function textOf({ named, cwd, ...request }: Parameters<typeof tellClosure>[0]): Promise<string> {
  const [first = '.#default', ...more] = named;
  const file = path.resolve(cwd, first);
  const isFile = !first.includes('#') && more.length === 0 && (await isOutsideStore(file));
  if (isFile) return textOfFile(file);
  const installables = await Promise.all(named.length === 0 ? [first] : named.map((one) => inStore(one, cwd)));
  return closureText(
    installables.map((one) => absolute(one, cwd)),
    request,
  );
}

async function isOutsideStore(file: string): Promise<boolean> {
  const target = await realpath(file).catch(() => file);
  return !target.startsWith('/nix/store/') && ((await stat(target).catch(() => null))?.isFile() ?? false);
}

/** `./result` and `/run/current-system` are links into the store. */
async function inStore(named: string, cwd: string): Promise<string> {
  if (named.includes('#')) return named;
  const target = await realpath(path.resolve(cwd, named)).catch(() => null);
  return target?.startsWith('/nix/store/') ? target : named;
}
