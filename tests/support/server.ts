import { setTimeout as sleep } from 'node:timers/promises';
import { bundle, type Ended, type Running, type Surroundings, start } from './program.ts';

/** `snowguard up` in a process of its own. */
export interface Server extends Running {
  readonly origin: string;
  readonly isUp: () => boolean;
  /** Resolves when it has said that it is up, to the milliseconds that took. */
  readonly up: () => Promise<number>;
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
  return watched(start(process.execPath, [program, 'up', '-w', workspace, '-p', String(port), ...args], given), port);
}

/** What `npm start -- --workspace … --port …` runs, in a terminal's way. */
export function npmStart(given: { readonly workspace: string; readonly port: number }): Server {
  const args = ['scripts/start.mjs', '--workspace', given.workspace, '--port', String(given.port)];
  return watched(start(process.execPath, args, { leadsGroup: true }), given.port);
}

function watched(running: Running, port: number): Server {
  const startedAt = performance.now();
  const isUp = () => running.said().includes('Snowguard is up');
  const end = (signal: NodeJS.Signals) => {
    running.signal(signal);
    return running.ended;
  };
  return {
    ...running,
    origin: `http://127.0.0.1:${port}`,
    isUp,
    up: async () => {
      const ended = running.ended.then(({ status, stderr }) => {
        throw new Error(`it ended with ${status} before it was up: ${stderr}`);
      });
      while (!isUp()) await Promise.race([sleep(20), ended]);
      ended.catch(() => {});
      return performance.now() - startedAt;
    },
    stop: () => end('SIGINT'),
    kill: () => end('SIGKILL'),
  };
}

/** What the server answers as JSON. */
export async function getJson<Value>(server: Pick<Server, 'origin'>, place: string): Promise<Value> {
  const answer = await fetch(server.origin + place, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${place} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as Value;
}
