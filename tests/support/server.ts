import { setTimeout as sleep } from 'node:timers/promises';
import { bundle, type Ended, type Running, type Surroundings, start } from './program.ts';

/** `snowguard up` in a process of its own. */
export interface Server extends Running {
  readonly origin: string;
  /** Resolves when it has said that it is up, to the milliseconds since it was started. */
  readonly up: Promise<number>;
  /** Ctrl-C. */
  readonly stop: () => Promise<Ended>;
  readonly kill: () => Promise<Ended>;
}

/** Starts `snowguard up` on a workspace. */
export async function startServer(
  given: Surroundings & { readonly workspace: string; readonly port: number; readonly args?: readonly string[] },
): Promise<Server> {
  const { workspace, port, args = [] } = given;
  const program = await bundle();
  const startedAt = performance.now();
  const running = start(process.execPath, [program, 'up', '-w', workspace, '-p', String(port), ...args], given);
  const end = (signal: NodeJS.Signals) => {
    running.child.kill(signal);
    return running.ended;
  };
  return {
    ...running,
    origin: `http://127.0.0.1:${port}`,
    up: whenSaid(running, 'Snowguard is up').then(() => performance.now() - startedAt),
    stop: () => end('SIGINT'),
    kill: () => end('SIGKILL'),
  };
}

async function whenSaid(running: Running, words: string): Promise<void> {
  const ended = running.ended.then(({ stderr, status }) => {
    if (!running.said().includes(words)) throw new Error(`it ended with ${status} before "${words}": ${stderr}`);
  });
  // Whoever kills it on purpose does not wait for the words.
  ended.catch(() => {});
  while (!running.said().includes(words)) await Promise.race([sleep(20), ended]);
}

/** What the server answers as JSON. */
export async function getJson<Value>(server: Pick<Server, 'origin'>, place: string): Promise<Value> {
  const answer = await fetch(server.origin + place, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${place} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Value;
}
