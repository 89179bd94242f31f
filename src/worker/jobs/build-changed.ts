import { messageOf } from '../../foundation/errors.ts';
import { packageExpression } from '../../pipeline/catalog/index.ts';
import { type BuildReport, type FailedBuild, measureOutputs, type OutputFacts } from '../../pipeline/changes/index.ts';
import type { BuildOutcome, NixTool } from '../../platform/nix-tool/index.ts';
import type { WalkContext } from '../walk-context.ts';

const buildMs = 60 * 60_000;
const mostBuilds = 20;
const arches: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

interface Wanted {
  readonly context: WalkContext;
  readonly reviewId: string;
  readonly commitId: string;
  readonly attrs: readonly string[];
  readonly signal: AbortSignal;
}

/** Builds packages of a commit for this machine's system; logs are kept beside the review. */
export async function buildChanged(given: Wanted): Promise<BuildReport> {
  if (!given.context.reviewBuilds) return { kind: 'not-run', why: 'building is off: build = true under [review]' };
  return report(given, 'package');
}

/** Builds the tests that packages carry with them; what has none is left out. */
export async function testChanged(given: Wanted): Promise<BuildReport> {
  if (!given.context.reviewFacts.tests)
    return { kind: 'not-run', why: 'running the tests of packages is off: tests = true under [review]' };
  return report(given, 'tests');
}

/** The outputs of packages before and after, measured; null where either side does not build. */
export async function compareOutputs(
  given: Omit<Wanted, 'commitId'> & { readonly base: string; readonly candidate: string },
): Promise<{
  readonly outputs: ReadonlyMap<string, { readonly before: OutputFacts; readonly after: OutputFacts }>;
  readonly lacks: readonly string[];
}> {
  const { context, attrs, base, candidate, signal } = given;
  const outputs = new Map<string, { readonly before: OutputFacts; readonly after: OutputFacts }>();
  if (!context.reviewFacts.outputs)
    return { outputs, lacks: ['building both sides is off: outputs = true under [review]'] };
  const ready = readyToBuild(given);
  if ('why' in ready) return { outputs, lacks: [ready.why] };
  const lacks: string[] = [];
  const before = await build(given, ready, { commitId: base, part: 'package', side: 'before' });
  const after = await build(given, ready, { commitId: candidate, part: 'package', side: 'after' });
  for (const attr of attrs) {
    const [then, now] = [before.get(attr), after.get(attr)];
    if (then?.kind !== 'built' || now?.kind !== 'built') {
      lacks.push(`${attr}: ${then?.kind === 'built' ? 'it' : 'the one before'} does not build here`);
      continue;
    }
    try {
      outputs.set(attr, {
        before: await measureOutputs(ready.nix, then.outputs, signal),
        after: await measureOutputs(ready.nix, now.outputs, signal),
      });
    } catch (error) {
      signal.throwIfAborted();
      lacks.push(`${attr}: ${messageOf(error).slice(0, 300)}`);
    }
  }
  return { outputs, lacks };
}

async function report(given: Wanted, part: 'package' | 'tests'): Promise<BuildReport> {
  const ready = readyToBuild(given);
  if ('why' in ready) return { kind: 'not-run', why: ready.why };
  const outcomes = await build(given, ready, { commitId: given.commitId, part, side: part });
  const built: string[] = [];
  const failed: FailedBuild[] = [];
  for (const [attr, outcome] of outcomes) {
    if (outcome.kind !== 'built') failed.push({ attr, why: `${outcome.kind}, see ${outcome.logKey}` });
    else if (part === 'package' || outcome.outputs.length > 0) built.push(attr);
  }
  return { kind: 'run', built, failed };
}

interface Ready {
  readonly nix: NixTool;
  readonly system: string;
}

function readyToBuild({
  context: { nix, systems },
  attrs,
}: Pick<Wanted, 'context' | 'attrs'>): Ready | { why: string } {
  const system = `${arches[process.arch] ?? process.arch}-${process.platform}`;
  if (nix === null) return { why: 'no Nix is installed' };
  if (!systems.includes(system)) return { why: `this machine is ${system}, which the set is not for` };
  if (attrs.length > mostBuilds) return { why: `${attrs.length} packages change, ${mostBuilds} are built` };
  return { nix, system };
}

async function build(
  { context: { git, blobs }, reviewId, attrs, signal }: Omit<Wanted, 'commitId'>,
  { nix, system }: Ready,
  what: { readonly commitId: string; readonly part: 'package' | 'tests'; readonly side: string },
): Promise<ReadonlyMap<string, BuildOutcome & { readonly logKey: string }>> {
  const outcomes = new Map<string, BuildOutcome & { readonly logKey: string }>();
  await git.withTree(what.commitId, async (tree) => {
    for (const [index, attr] of attrs.entries()) {
      const expression = packageExpression({ tree, attr, system, part: what.part });
      if (expression === null) continue;
      const outcome = await nix.build({ expression, readable: [tree], timeoutMs: buildMs, signal });
      const logKey = `reviews/${reviewId}/${what.side}-${index}.log`;
      await blobs.put(logKey, Buffer.from(outcome.log));
      outcomes.set(attr, { ...outcome, logKey });
    }
  });
  return outcomes;
}
