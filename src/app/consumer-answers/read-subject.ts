import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { type FlakeLock, parseFlakeLock } from '../../formats/nix/flake-lock.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { type Component, readComponents } from '../../pipeline/consumers/index.ts';
import { findNix } from '../../platform/nix-tool/find-nix.ts';
import { runBounded } from '../../platform/nix-tool/run-bounded.ts';
import { readLock } from '../check-lock.ts';
import { type ClosureRequest, closureOf, componentsOfFile } from './read-closure.ts';

/** What a question is about. */
export type Subject =
  | { readonly kind: 'lock'; readonly name: string; readonly lock: FlakeLock }
  | { readonly kind: 'components'; readonly name: string; readonly components: readonly Component[] };

type Surroundings = Omit<ClosureRequest, 'closure' | 'installable'>;

/**
 * Store paths; a folder or a flake.lock; a file with a closure, a graph or a bill of materials; `.#default`; the URL of a
 * flake.
 */
export async function readSubject(named: readonly string[], surroundings: Surroundings): Promise<Subject> {
  const [first = '.'] = named;
  if (named.length > 1 || first.startsWith('/nix/store/')) {
    const outcome = readComponents(named.join('\n'));
    if (outcome.kind === 'unreadable')
      throw new AppError({ code: 'usage.subject', retryable: false }, outcome.reason, {
        hint: 'Name one file or flake, or store paths only.',
      });
    return { kind: 'components', name: `${outcome.components.length} store paths`, components: outcome.components };
  }
  if (first.includes('#'))
    return {
      kind: 'components',
      name: first,
      components: await closureOf({ ...surroundings, closure: undefined, installable: first }),
    };
  const file = path.resolve(surroundings.cwd, first);
  const found = await stat(file).catch(() => null);
  if (found === null && /^[a-z][a-z0-9+.-]*:/i.test(first))
    return { kind: 'lock', name: first, lock: await lockOfFlake(first, surroundings) };
  if (found === null || found.isDirectory() || path.basename(file) === 'flake.lock') {
    const { file: name, lock } = await readLock(file);
    return { kind: 'lock', name, lock };
  }
  const lock = await lockIn(file);
  if (lock !== null) return { kind: 'lock', name: file, lock };
  return { kind: 'components', name: file, ...(await componentsOfFile(file)) };
}

/** A lock may have any name. */
async function lockIn(file: string): Promise<FlakeLock | null> {
  if (!file.endsWith('.lock') && !file.endsWith('.json')) return null;
  const read = await readLock(file).catch(() => null);
  return read?.lock ?? null;
}

async function lockOfFlake(url: string, { environment, signal }: Surroundings): Promise<FlakeLock> {
  const nix = await findNix({ environment });
  if (nix === null)
    throw new AppError(
      { code: 'subject.no-nix', retryable: false },
      `Nix is needed to fetch ${url}, and there is none here`,
      {
        hint: 'Name its flake.lock instead.',
      },
    );
  const run = await runBounded({
    program: nix.program,
    args: ['flake', 'metadata', '--json', '--extra-experimental-features', 'nix-command flakes', url],
    environment: nix.environment,
    timeoutMs: 10 * 60_000,
    maxBytes: 16 * 1024 * 1024,
    signal,
  });
  const text = run.kind === 'exited' && run.code === 0 ? run.stdout : null;
  if (text === null)
    throw new AppError(
      { code: 'subject.failed', retryable: true },
      `Nix cannot read ${url}: ${run.kind === 'exited' ? messageOf(run.stderr.slice(-600)) : run.kind}`,
    );
  const metadata = flakeMetadata.safeParse(JSON.parse(text));
  if (!metadata.success)
    throw new AppError({ code: 'subject.failed', retryable: false }, `what Nix says of ${url} cannot be read`);
  const parsed = parseFlakeLock(JSON.stringify(withItself(metadata.data)));
  if (parsed.kind === 'lock') return parsed.lock;
  throw new AppError({ code: 'subject.failed', retryable: false }, `the lock of ${url} is malformed: ${parsed.reason}`);
}

const flakeMetadata = z.object({
  locked: z.unknown(),
  original: z.unknown(),
  locks: z.object({ nodes: z.record(z.string(), z.object({}).loose()), root: z.string(), version: z.number() }),
});

/** The flake that was named may itself be a release of a set: it stands in the lock as if someone consumed it. */
function withItself({ locks, locked, original }: z.infer<typeof flakeMetadata>): unknown {
  const asker = 'who asks';
  const itself = { ...locks.nodes[locks.root], locked, original };
  return {
    ...locks,
    nodes: { ...locks.nodes, [locks.root]: itself, [asker]: { inputs: { itself: locks.root } } },
    root: asker,
  };
}
