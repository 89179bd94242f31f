import { readLock } from './check-lock.ts';
import { askServer, tokenFor } from './consumer-answers/ask-server.ts';

/** Tells a server that a lock is one's own, so that its alerts name it; the same name again replaces it. */
export async function registerLock(given: {
  readonly server: string;
  readonly name: string;
  readonly lock: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}): Promise<{ readonly name: string; readonly server: string; readonly lock: string }> {
  const { server, name, environment, signal } = given;
  const { file, text } = await readLock(given.lock);
  const token = await tokenFor(server, environment);
  await askServer({ server, path: consumerPath(name), token, signal, method: 'PUT', body: text });
  return { name, server, lock: file };
}

export async function removeLock(given: {
  readonly server: string;
  readonly name: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { server, name, environment, signal } = given;
  await askServer({
    server,
    path: consumerPath(name),
    token: await tokenFor(server, environment),
    signal,
    method: 'DELETE',
  });
}

export function consumerPath(name: string): string {
  return `/api/v1/consumers/${encodeURIComponent(name)}`;
}
