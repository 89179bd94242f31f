import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageExpression } from '../../pipeline/catalog/index.ts';
import type { BuildReport, FailedBuild } from '../../pipeline/changes/index.ts';
import type { WalkContext } from '../walk-context.ts';

const buildMs = 60 * 60_000;
const mostBuilds = 20;
const arches: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** Builds packages of a commit for this machine's system; logs are kept beside the review. */
export async function buildChanged(given: {
  readonly context: WalkContext;
  readonly reviewId: string;
  readonly commitId: string;
  readonly attrs: readonly string[];
  readonly signal: AbortSignal;
}): Promise<BuildReport> {
  const { context, reviewId, commitId, attrs, signal } = given;
  const { nix, git, blobs, systems, reviewBuilds } = context;
  const own = `${arches[process.arch] ?? process.arch}-${process.platform}`;
  if (!reviewBuilds) return { kind: 'not-run', why: 'building is off: build = true under [review]' };
  if (nix === null) return { kind: 'not-run', why: 'no Nix is installed' };
  if (!systems.includes(own)) return { kind: 'not-run', why: `this machine is ${own}, which the set is not for` };
  if (attrs.length > mostBuilds)
    return { kind: 'not-run', why: `${attrs.length} packages change, ${mostBuilds} are built` };
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'snowguard-build-')));
  const built: string[] = [];
  const failed: FailedBuild[] = [];
  try {
    const tree = path.join(folder, 'source');
    await git.exportTree(commitId, tree);
    for (const [index, attr] of attrs.entries()) {
      const expression = packageExpression({ tree, attr, system: own, part: 'package' });
      if (expression === null) continue;
      const outcome = await nix.build({ expression, readable: [tree], timeoutMs: buildMs, signal });
      const log = `reviews/${reviewId}/${index}.log`;
      await blobs.put(log, Buffer.from(outcome.log));
      if (outcome.kind === 'built') built.push(attr);
      else failed.push({ attr, why: `${outcome.kind}, see ${log}` });
    }
    return { kind: 'run', built, failed };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
