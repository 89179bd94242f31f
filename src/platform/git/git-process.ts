import { spawn } from 'node:child_process';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { AppError } from '../../foundation/errors.ts';

export const gitErrors = {
  failed: { code: 'git.failed', retryable: false },
  locked: { code: 'git.locked', retryable: true },
  fetchFailed: { code: 'git.fetch-failed', retryable: true },
  noBranch: { code: 'git.no-branch', retryable: false },
  tooLarge: { code: 'git.too-large', retryable: false },
  unsafe: { code: 'git.unsafe', retryable: false },
  refMoved: { code: 'git.ref-moved', retryable: true },
  missing: { code: 'git.missing', retryable: false },
} as const;

/** Options before every subcommand: no hooks, no background work, no program named by a repository's own settings. */
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'credential.helper=',
  'http.lowSpeedLimit=1000',
  'http.lowSpeedTime=60',
  'http.followRedirects=true',
].flatMap((setting) => ['-c', setting]);

const kept =
  /^(PATH|HOME|TMPDIR|TMP|TEMP|SSL_CERT_FILE|SSL_CERT_DIR|NIX_SSL_CERT_FILE|https?_proxy|no_proxy|all_proxy)$/i;

/** The few variables git needs. Every `GIT_*` of the surroundings is dropped: they redirect repositories, config and programs. */
export function gitEnvironment(surroundings: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const own = Object.entries(surroundings).flatMap(([name, value]) =>
    value !== undefined && kept.test(name) ? [[name, value] as const] : [],
  );
  return {
    ...Object.fromEntries(own),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    GIT_ALLOW_PROTOCOL: 'http:https:file',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
  };
}

export interface GitCall {
  readonly args: readonly string[];
  readonly input?: Readable | string | Uint8Array;
  /** In place of the index of the repository. */
  readonly index?: string;
  readonly signal?: AbortSignal;
  readonly onStderr?: (text: string) => void;
}

export interface GitRun {
  readonly stdout: Readable;
  /** Exit code and the end of stderr, once the process is gone. */
  readonly done: Promise<{ readonly code: number; readonly stderr: string }>;
  readonly kill: () => void;
}

const maxStderr = 20_000;

/** Starts git in a repository. Reading `stdout` to its end and awaiting `done` are the caller's. */
export function startGit(directory: string | null, call: GitCall): GitRun {
  const where = directory === null ? [] : ['--git-dir', directory];
  const child = spawn('git', [...settings, ...where, ...call.args], {
    env: { ...gitEnvironment(process.env), ...(call.index === undefined ? {} : { GIT_INDEX_FILE: call.index }) },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  });
  let stderr = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    call.onStderr?.(text);
    stderr = (stderr + text).slice(-maxStderr);
  });
  // A process that ends early closes its input; the exit code tells the story.
  child.stdin.on('error', () => {});
  if (call.input === undefined) child.stdin.end();
  else if (typeof call.input === 'string' || call.input instanceof Uint8Array) child.stdin.end(call.input);
  else {
    call.input.on('error', (error) => child.stdin.destroy(error));
    call.input.pipe(child.stdin);
  }
  const done = new Promise<{ code: number; stderr: string }>((resolve, reject) => {
    child.on('error', (error) => reject(spawnFailure(error)));
    child.on('close', (code) => resolve({ code: code ?? 128, stderr }));
  });
  // Callers that stop reading early never await it.
  done.catch(() => {});
  return { stdout: child.stdout, done, kill: () => void child.kill('SIGKILL') };
}

function spawnFailure(error: Error): Error {
  if (error.name === 'AbortError') return error;
  return new AppError(gitErrors.failed, `the git program could not be started: ${error.message}`, {
    cause: error,
    hint: 'Install git 2.38 or newer and make sure it is on the PATH.',
  });
}

interface GitEnd {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs git to its end. `maxBytes` bounds stdout. Any exit code is returned, not thrown. */
export async function callGit(
  directory: string | null,
  call: GitCall & { readonly maxBytes?: number },
): Promise<GitEnd> {
  const end = await callOnce(directory, call);
  const mayAgain = end.code !== 0 && directory !== null && !(call.input instanceof Readable);
  return mayAgain && (await clearedLock(directory, end.stderr)) ? callOnce(directory, call) : end;
}

const isLocked = (stderr: string) => /\.lock': File exists|could not lock config file/.test(stderr);

/**
 * Git waits for locked refs by itself and gives up at once on locked settings and on a locked HEAD. Those are written in a
 * moment, by fetches for other channels and by a git that outlived the server that had started it: so it is tried again,
 * for a few seconds.
 */
export async function whenUnlocked(call: () => Promise<GitEnd>): Promise<GitEnd> {
  const until = performance.now() + 2_500;
  for (;;) {
    const outcome = await call();
    if (!isLocked(outcome.stderr) || performance.now() > until) return outcome;
    await setTimeout(100 * Math.random());
  }
}

/** Git holds a lock for the blink of an eye. */
const staleLockMs = 10_000;

/** Takes away the lock that git stumbled over, if whoever made it was killed. */
async function clearedLock(directory: string, stderr: string): Promise<boolean> {
  const named = /Unable to create '(.+\.lock)': File exists/.exec(stderr)?.[1];
  const isConfig = /could not lock config file .*: File exists/.test(stderr);
  const file = path.resolve(directory, named ?? 'config.lock');
  const isOurs = file.startsWith(path.resolve(directory) + path.sep);
  if ((named === undefined && !isConfig) || !isOurs) return false;
  const made = await stat(file).catch(() => null);
  if (made !== null && Date.now() - made.mtimeMs < staleLockMs) return false;
  await rm(file, { force: true });
  return true;
}

async function callOnce(directory: string | null, call: GitCall & { readonly maxBytes?: number }): Promise<GitEnd> {
  const maxBytes = call.maxBytes ?? 64 * 1024 * 1024;
  const run = startGit(directory, call);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of run.stdout as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      run.kill();
      throw new AppError(gitErrors.tooLarge, `git ${call.args[0]} wrote more than ${maxBytes} bytes`, {
        hint: 'So long are no honest names and messages: look at what the commits hold.',
      });
    }
    chunks.push(chunk);
  }
  const { code, stderr } = await run.done;
  return { code, stdout: Buffer.concat(chunks), stderr };
}

/** As `callGit`, and fails with `git.failed` and git's own words unless the exit code is 0. */
export async function mustGit(
  directory: string | null,
  call: GitCall & { readonly maxBytes?: number },
): Promise<Buffer> {
  const { code, stdout, stderr } = await callGit(directory, call);
  if (code !== 0) throw gitFailure(call.args[0] ?? '', code, stderr);
  return stdout;
}

export function gitFailure(subcommand: string, code: number, stderr: string): AppError {
  if (isLocked(stderr))
    return new AppError(gitErrors.locked, `git ${subcommand} found a lock: ${lastWords(stderr)}`, {
      hint: 'Another git is at work, or was killed: the next try takes away a lock that is older than ten seconds.',
    });
  const dubious = stderr.includes('dubious ownership');
  return new AppError(gitErrors.failed, `git ${subcommand} failed (${code}): ${lastWords(stderr)}`, {
    hint: dubious
      ? 'The repository belongs to another user: change its owner to the user Snowguard runs as.'
      : 'Check that the workspace holds the repository and that the disk is neither full nor read-only.',
  });
}

/** The telling end of git's stderr on one line, without passwords in URLs. */
export function lastWords(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  const telling = lines.filter((line) => /^(fatal|error|remote):/.test(line));
  return withoutSecrets((telling.length > 0 ? telling : lines).slice(-3).join(' ')).slice(0, 1000);
}

export function withoutSecrets(text: string): string {
  return text.replaceAll(/(https?:\/\/)[^/\s@]+@/gi, '$1');
}
