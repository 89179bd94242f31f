import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** A program that came to its end, with all it said. */
export interface Ended {
  readonly tookMs: number;
  /** The most memory it held, where the system tells; else 0. */
  readonly peakMb: number;
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs. */
export interface Running {
  /** What it said on stdout until now. */
  readonly said: () => string;
  /** The same of stderr. */
  readonly talked: () => string;
  /** To the program; to all that it started too when it leads a group. */
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

export interface Surroundings {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** As a program that was started in a terminal, where Ctrl-C reaches its children too. */
  readonly leadsGroup?: boolean;
}

/** Starts a program; what it says is kept. */
export function start(program: string, args: readonly string[], given: Surroundings = {}): Running {
  const child = spawn(program, args, {
    cwd: given.cwd ?? root,
    env: { ...process.env, NO_COLOR: '1', ...given.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: given.leadsGroup ?? false,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const startedAt = performance.now();
  let peakMb = 0;
  const watch = setInterval(() => {
    peakMb = peakOf(child.pid) ?? peakMb;
  }, 50);
  const ended = once(child, 'close')
    .finally(() => clearInterval(watch))
    .then(([status, signal]): Ended => {
      return { tookMs: performance.now() - startedAt, peakMb, status, signal, stdout, stderr };
    });
  const signal = (name: NodeJS.Signals) => {
    if (given.leadsGroup === true && child.pid !== undefined) process.kill(-child.pid, name);
    else child.kill(name);
  };
  return { said: () => stdout, talked: () => stderr, signal, ended };
}

/** `VmHWM:   93160 kB` in Linux's account of the process. */
function peakOf(pid: number | undefined): number | null {
  const account = `/proc/${pid}/status`;
  if (!existsSync(account)) return null;
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(account, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
  } catch {
    // It ended in between.
    return null;
  }
}

/** Runs a program to its end; a failure to start it is thrown, an exit status is not. */
export function run(program: string, args: readonly string[], given: Surroundings = {}): Promise<Ended> {
  return start(program, args, given).ended;
}

/** The bundle, as `npm start` and `npx snowguard` run it. */
export async function bundle(): Promise<string> {
  const scripts = (name: string) => import(new URL(`../../scripts/${name}`, import.meta.url).href);
  const { buildIfStale } = (await scripts('build.mjs')) as { readonly buildIfStale: () => Promise<void> };
  const { alone } = (await scripts('test-tools/cache.mjs')) as {
    readonly alone: (name: string, action: () => Promise<void>) => Promise<void>;
  };
  // Test files run side by side, and each may find the bundle stale.
  await alone('bundle', buildIfStale);
  return path.join(root, 'dist', 'snowguard.js');
}

/** Runs one command line of Snowguard to its end. */
export async function snowguard(args: readonly string[], given: Surroundings = {}): Promise<Ended> {
  return run(process.execPath, [await bundle(), ...args], given);
}

/**
 * A port that was free a moment ago, below those that systems give out by themselves: none of the other tests, and none of
 * their connections, is given it while a server is down.
 */
export async function freePort(): Promise<number> {
  const port = randomInt(20_000, 32_000);
  const server = createServer().listen({ host: '127.0.0.1', port });
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (!isFree) return freePort();
  server.close();
  await once(server, 'close');
  return port;
}
