import { access } from 'node:fs/promises';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { configurationFile } from '../config/index.ts';
import type { Clock } from '../foundation/clock.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import { createLog } from '../platform/log/pino.ts';
import { createTerminalProgress } from '../platform/log/progress.ts';
import { startSchedule } from '../worker/index.ts';
import { httpSideOf } from './http-app.ts';
import { freePort, type Listening, listen } from './listen.ts';
import { openWorkspace, type Workspace } from './open-workspace.ts';
import { makeStarterWorkspace, playStory, starterOf } from './starter/index.ts';

export interface UpOptions {
  readonly folder: string;
  /** As the folder was named; null: other commands find it from here by themselves. */
  readonly named: string | null;
  readonly port: number | null;
  readonly host: string | null;
  readonly role: 'all' | 'serve' | 'work';
  readonly starter: boolean;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
}

/** Serves and works until the signal; resolves to the exit status. */
export async function runUp(options: UpOptions): Promise<number> {
  const { folder, clock, environment, signal, stderr } = options;
  const startedAt = clock.now();
  const progress = createTerminalProgress(stderr, clock);
  const log = createLog({ level: 'info', pretty: stderr.isTTY === true, stream: stderr });
  if (options.starter && !(await isWorkspace(folder))) await makeStarterWorkspace({ folder, clock, progress });
  const port = options.port === 0 ? await freePort(options.host ?? '127.0.0.1') : options.port;
  const workspace = await openWorkspace({
    folder,
    clock,
    environment,
    progress,
    log,
    ...(options.host === null ? {} : { host: options.host }),
    ...(port === null ? {} : { port }),
  });
  const say = (text: string) => void options.stdout.write(`${text}\n`);
  let listening: Listening | null = null;
  let stopSchedule = () => {};
  try {
    if (options.role !== 'work') {
      const { listen: address } = workspace.configuration;
      listening = await listen({ ...httpSideOf(workspace), host: address.host, port: address.port });
      // The longer requests come in, the more room V8 gives to what is new, up to 128 MB, though none of it lasts.
      setFlagsFromString('--semi-space-growth-factor=1');
    }
    if (options.role !== 'serve') {
      await workspace.adoptCovered();
      await workspace.worker.start();
      const starter = await starterOf(folder, clock);
      if (starter !== null) await playStory({ workspace, starter, signal });
      stopSchedule = startSchedule(workspace.context, workspace.worker);
    }
    await sayWhatNext(workspace, listening, say, { tookMs: clock.now() - startedAt, named: options.named });
    await aborted(signal);
    say('Stopping …');
    return 0;
  } catch (error) {
    // Ctrl-C in the middle of the story is no failure: the rest is played at the next start.
    if (signal.aborted) return 0;
    throw error;
  } finally {
    stopSchedule();
    // Side by side: a slow client must not hold up what runs.
    await Promise.all([listening?.close(), workspace.worker.stop()]);
    await workspace.close();
  }
}

async function isWorkspace(folder: string): Promise<boolean> {
  return access(path.join(folder, configurationFile)).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw new AppError(
        { code: 'storage.unreadable', retryable: false },
        `${folder} cannot be read: ${messageOf(error)}`,
        {
          cause: error,
          hint: 'Choose a folder that you own with --workspace DIR, or correct its permissions.',
        },
      );
    },
  );
}

async function sayWhatNext(
  { configuration, reads, context }: Workspace,
  listening: Listening | null,
  say: (text: string) => void,
  { tookMs, named }: { readonly tookMs: number; readonly named: string | null },
): Promise<void> {
  if (listening === null) {
    say('Working. Ctrl-C stops.');
    return;
  }
  const { latestRelease } = await reads.overview();
  const url = configuration.public_url;
  say('');
  say(`Snowguard is up at ${url} after ${(tookMs / 1000).toFixed(1)} s. Ctrl-C stops.`);
  say('');
  if (latestRelease === null)
    say('  There is no release yet: the first one follows the first evaluation of a channel.');
  else
    say(
      `  put into a flake:   inputs.nixpkgs.url = "${url}/f/${configuration.organisation}/${context.channels[0]?.flake ?? configuration.flake}/0";`,
    );
  say(`  open:               ${url}`);
  say(`  what is open:       npx snowguard findings${named === null ? '' : ` -w ${named}`}`);
  say('  check a lock:       npx snowguard check path/to/flake.lock');
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
