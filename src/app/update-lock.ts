import { execFile } from 'node:child_process';
import { readFile, realpath, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { replaceJsonValues } from '../formats/json/replace-values.ts';
import { type FlakeLock, inputResolver, parseFlakeLock } from '../formats/nix/flake-lock.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import { paths } from '../http/addresses.ts';
import { findNix, isOlder } from '../platform/nix-tool/find-nix.ts';
import { runBounded } from '../platform/nix-tool/run-bounded.ts';
import { checkLock, emptyPolicy, type Move, readLock, sourceFor } from './check-lock.ts';
import type { FactsQuestion } from './consumer-answers/facts-source.ts';
import { type LockUpdate, pullRequestOf } from './pull-request-text.ts';

const updateErrors = {
  refused: { code: 'update.refused', retryable: false },
  nix: { code: 'update.nix', retryable: true },
  git: { code: 'update.git', retryable: false },
} as const;

type Release = NonNullable<Awaited<ReturnType<typeof sourceFor>>>['facts']['releases'][number];

export interface UpdateOutcome {
  readonly lock: string;
  /** How the lock was changed; `none` when there was nothing to do or the run was dry. */
  readonly how: 'nix' | 'edited' | 'none';
  readonly updates: readonly LockUpdate[];
  /** What has to be changed in flake.nix before an input can move. */
  readonly blocked: readonly { readonly input: string; readonly firstChange: string }[];
  readonly title: string;
  /** Markdown, for a pull request. */
  readonly body: string;
  readonly commit: string | null;
}

/** Moves the inputs of a lock that lack a fix to the release that has it, and says so for a pull request. */
export async function updateLock(
  request: FactsQuestion & {
    readonly lock: string;
    readonly atLeast: 'critical' | 'high' | 'medium' | 'low';
    readonly dryRun: boolean;
    readonly commit: boolean;
    /** Edit the lock from the server's answer, also where Nix is there. */
    readonly withoutNix: boolean;
    readonly onLine: (line: string) => void;
  },
): Promise<UpdateOutcome> {
  const { file, text, lock } = await readLock(path.resolve(request.cwd, request.lock));
  const source = await sourceFor(lock, request);
  const { mustAct } = await checkLock({ ...request, closure: undefined, policy: emptyPolicy });
  const releases = source?.facts.releases ?? [];
  const updates = mustAct
    .filter(({ firstChange }) => firstChange === null)
    .flatMap((move) => updateOf(move, releases) ?? []);
  const { title, body } = pullRequestOf(updates, source?.facts.server ?? '');
  const common = {
    lock: file,
    updates,
    blocked: mustAct.flatMap(({ input, firstChange }) => (firstChange === null ? [] : [{ input, firstChange }])),
    title,
    body,
  };
  if (request.dryRun || updates.length === 0) return { ...common, how: 'none', commit: null };
  const nix = request.withoutNix ? null : await findNix({ environment: request.environment });
  if (nix === null)
    await writeWhole(file, editedLock({ text, lock, updates, server: source?.facts.server ?? '', file }));
  else await updateWithNix({ nix, file, updates, request });
  const commit = request.commit ? await commitLock(file, title, body) : null;
  return { ...common, how: nix === null ? 'edited' : 'nix', commit };
}

function updateOf(move: Move, releases: readonly Release[]): LockUpdate | null {
  const own = releases.filter(({ organisation, flake }) => `${organisation}/${flake}` === move.flake);
  const target = own.find(({ version }) => version === move.toVersion);
  if (target === undefined) return null;
  const from = own.find(({ version }) => version === move.fromVersion);
  const between = own
    .filter(
      ({ channel, publishedAt }) =>
        channel === target.channel && publishedAt > (from?.publishedAt ?? 0) && publishedAt <= target.publishedAt,
    )
    .toSorted((a, b) => b.publishedAt - a.publishedAt);
  return { input: move.input, flake: move.flake, move, target, between };
}

/** The lock as Nix would write it, with every other byte as it was. */
function editedLock(given: {
  readonly text: string;
  readonly lock: FlakeLock;
  readonly updates: readonly LockUpdate[];
  readonly server: string;
  readonly file: string;
}): string {
  const { text, lock, updates, server, file } = given;
  const resolve = inputResolver(lock);
  const replacements = updates.flatMap(({ input, target }) => {
    const node = resolve(input.split('/'));
    if (node?.locked == null) return [];
    const { locked, name } = node;
    // The origin stays the one that the lock names: it is the one the consumer can reach.
    const origin = locked.url === undefined ? server : new URL(locked.url).origin;
    const fresh = {
      lastModified: target.lastModified,
      narHash: target.narHash,
      rev: target.commitId,
      revCount: target.commitCount,
      url: `${origin}${paths.pinned(target)}`,
    };
    return Object.entries(fresh).flatMap(([key, value]) =>
      Object.hasOwn(locked, key) && locked[key as keyof typeof locked] !== undefined
        ? [{ path: ['nodes', name, 'locked', key], value }]
        : [],
    );
  });
  const edited = replaceJsonValues(text, replacements);
  if (edited !== null && replacements.length > 0 && parseFlakeLock(edited).kind === 'lock') return edited;
  throw new AppError(updateErrors.refused, `${file} was not touched: it is not laid out as Nix writes a lock`, {
    hint: `Run: nix flake update ${updates.map(({ input }) => input).join(' ')}`,
  });
}

async function writeWhole(file: string, text: string): Promise<void> {
  const target = await realpath(file);
  await writeFile(`${target}.snowguard`, text, { flag: 'wx' });
  await rename(`${target}.snowguard`, target);
}

async function updateWithNix(given: {
  readonly nix: NonNullable<Awaited<ReturnType<typeof findNix>>>;
  readonly file: string;
  readonly updates: readonly LockUpdate[];
  readonly request: Pick<FactsQuestion, 'signal'> & { readonly onLine: (line: string) => void };
}): Promise<void> {
  const { nix, file, updates, request } = given;
  const folder = path.dirname(file);
  const names = updates.map(({ input }) => input);
  // Before 2.19 `update` took no inputs.
  const words = isOlder(nix.version, [2, 19])
    ? ['flake', 'lock', folder, ...names.flatMap((name) => ['--update-input', name])]
    : ['flake', 'update', '--flake', folder, ...names];
  const before = await readFile(file, 'utf8');
  const run = await runBounded({
    program: nix.program,
    args: [...words, '--refresh', '--extra-experimental-features', 'nix-command flakes'],
    environment: nix.environment,
    timeoutMs: 30 * 60_000,
    maxBytes: 1024 * 1024,
    signal: request.signal,
    onLine: (line) => {
      request.onLine(line);
      return true;
    },
  });
  if (run.kind !== 'exited' || run.code !== 0)
    throw new AppError(
      updateErrors.nix,
      `Nix could not update ${names.join(', ')}: ${run.kind === 'exited' ? messageOf(run.stderr.slice(-600)) : run.kind}`,
      {
        hint: 'The lock can be edited without it: --without-nix',
      },
    );
  if ((await readFile(file, 'utf8')) === before)
    throw new AppError(updateErrors.nix, `Nix left ${file} as it was`, {
      hint: 'Does the address of the input in flake.nix lead to that server?',
    });
}

async function commitLock(file: string, title: string, body: string): Promise<string> {
  const git = (...args: readonly string[]) => promisify(execFile)('git', ['-C', path.dirname(file), ...args]);
  try {
    await git('add', '--', path.basename(file));
    await git('commit', '--quiet', '--message', title, '--message', body, '--', path.basename(file));
    return (await git('rev-parse', 'HEAD')).stdout.trim();
  } catch (error) {
    throw new AppError(updateErrors.git, `the lock is updated, and git could not commit it: ${messageOf(error)}`, {
      cause: error,
      hint: 'Commit it by hand.',
    });
  }
}
