import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { RandomBytes } from '../../foundation/ids.ts';
import type { GitRepository } from '../../platform/git/index.ts';
import { type Progress, silentProgress } from '../../platform/log/index.ts';
import type { NixTool } from '../../platform/nix-tool/index.ts';
import { parseAttrPath } from './attr-path.ts';
import { type Answer, evaluateWanted } from './evaluate-wanted.ts';
import type { Wanted } from './expression.ts';
import { evaluatedOf, type TreePlace } from './instance-of.ts';
import type { Evaluated } from './model.ts';
import { parseLine } from './read-inventory.ts';

export interface EvaluationLimits {
  /** How long one attribute, or the start of the evaluation, may take. */
  readonly stallMs: number;
  readonly timeoutMs: number;
  readonly perProcess: number;
}

export const defaultLimits: EvaluationLimits = { stallMs: 180_000, timeoutMs: 3_600_000, perProcess: 2_000 };

const maxPatchBytes = 2 * 1024 * 1024;

interface EvaluationRequest {
  readonly nix: Pick<NixTool, 'evaluate'>;
  readonly attrs: readonly string[];
  readonly systems: readonly string[];
  readonly random: RandomBytes;
  readonly limits?: EvaluationLimits;
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Evaluates attributes of a commit's tree on some systems with real Nix: one answer for each pair, in that order. */
export async function evaluateChannel(
  options: EvaluationRequest & { readonly git: Pick<GitRepository, 'withTree'>; readonly commitId: string },
): Promise<readonly Evaluated[]> {
  options.progress?.step(`Writing the tree of ${options.commitId.slice(0, 12)} for evaluation`);
  return options.git.withTree(options.commitId, (tree) => evaluateTree({ ...options, tree }));
}

/** The same for a tree that lies in a folder (a real path, without symlinks). */
export async function evaluateTree(
  options: EvaluationRequest & { readonly tree: string },
): Promise<readonly Evaluated[]> {
  const progress = options.progress ?? silentProgress;
  const pairs = options.systems.flatMap((system) => [...new Set(options.attrs)].map((attr) => ({ attr, system })));
  const wanted = pairs.flatMap(({ attr, system }): readonly Wanted[] => {
    const names = parseAttrPath(attr);
    return names === null ? [] : [{ attr, names, system }];
  });
  const place: TreePlace = { folder: options.tree, read: (file) => readTreeFile(options.tree, file) };
  const answered = new Map<string, Promise<Evaluated>>();
  const keyOf = ({ attr, system }: { readonly attr: string; readonly system: string }) => `${system} ${attr}`;
  progress.step(`Evaluating ${options.attrs.length} packages on ${options.systems.length} systems`);
  await evaluateWanted({
    nix: options.nix,
    tree: options.tree,
    // Evaluated code can trace too; it cannot guess this.
    nonce: `@${Buffer.from(options.random(16)).toString('hex')}:`,
    wanted,
    ...(options.limits ?? defaultLimits),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onAnswer: (item, answer) => {
      // Patches are read while Nix is at the next package. A failure is awaited below, where Nix has not failed before.
      const evaluated = toEvaluated(item, answer, place);
      evaluated.catch(() => {});
      answered.set(keyOf(item), evaluated);
      progress.advance(answered.size, wanted.length, 'packages evaluated');
    },
  });
  return Promise.all(
    pairs.map((pair) => {
      const noPath = { kind: 'failed', ...pair, how: 'missing', message: 'this is not an attribute path' } as const;
      return answered.get(keyOf(pair)) ?? noPath;
    }),
  );
}

async function toEvaluated({ attr, system }: Wanted, answer: Answer, tree: TreePlace): Promise<Evaluated> {
  const pair = { attr, system };
  if (answer.kind === 'failed') return { ...pair, ...answer };
  const parsed = parseLine(answer.line);
  if (parsed.kind === 'malformed') return { kind: 'failed', ...pair, how: 'throws', message: parsed.message };
  // The tree chose the contents of the line, not whom it is about.
  return evaluatedOf({ ...parsed.line, ...pair }, { tree });
}

/** At once: what was just written lies in memory, and to have it read beside costs five times the work. */
async function readTreeFile(tree: string, file: string): Promise<string | null> {
  try {
    // A symlink in the tree must not lead out of it.
    const real = realpathSync.native(path.join(tree, file));
    if (!real.startsWith(`${tree}/`)) return null;
    const found = statSync(real);
    // What is no file, such as a pipe, would never end.
    return found.isFile() && found.size <= maxPatchBytes ? readFileSync(real, 'utf8') : null;
  } catch {
    return null;
  }
}
