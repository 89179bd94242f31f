import { inParts } from '../../foundation/in-parts.ts';
import {
  type BuildDescription,
  describeBuilds,
  type Evaluation,
  type Instance,
  whyUnpatched,
} from '../../pipeline/catalog/index.ts';
import type { AwaitedProof, FixProof } from '../../pipeline/findings/index.ts';
import { type FixShown, fixShown } from '../../pipeline/matching/index.ts';
import { cacheOfFlake, commonCache, coverageOf, type Release } from '../../pipeline/releases/index.ts';
import type { KeptChannel, WalkContext } from '../walk-context.ts';
import { onlyEvaluated } from './only-evaluated.ts';

/** Described by one run of Nix. */
const pairsTogether = 200;

interface Seen {
  readonly finding: AwaitedProof;
  readonly instance: Instance;
  readonly shown: FixShown;
}

/**
 * Proves that released fixes are in what was built: the output of the release's own derivation lies in our cache, so it
 * was built, and the matcher holds that very derivation for fixed, by its version or by a patch that it applies. Gives
 * what it looked at: there is nothing new in the same.
 */
export async function verifyFixes(
  context: WalkContext,
  channel: KeptChannel,
  { lookedAt, signal }: { readonly lookedAt: string | null; readonly signal: AbortSignal },
): Promise<string | null> {
  const { findings, releases, catalog, cache, organisation, clock } = context;
  const attrs = await findings.attrsAwaitingProof(channel.id);
  const uploadedAt = attrs.length === 0 ? null : await cache.store.newestAt();
  const release = uploadedAt === null ? null : await releases.latest(organisation, channel.flake, channel.id);
  const evaluation = release && (await catalog.evaluationOf(channel.id, release.commitId));
  if (!release || !evaluation) return null;
  const look = [release.uuid, uploadedAt, ...attrs].join(' ');
  if (look === lookedAt) return look;
  const built = new Map<string, readonly Instance[]>();
  for (const attr of attrs) {
    const own = await builtOf(context, channel, await catalog.packageByAttr(evaluation.id, attr));
    if (own.length > 0) built.set(attr, own);
  }
  const seen: Seen[] = [];
  for (const finding of await findings.awaitingProof(channel.id, [...built.keys()]))
    for (const instance of built.get(finding.attr) ?? []) {
      if (!finding.systems.includes(instance.system)) continue;
      const shown = await shownBy(context, { channel, evaluation, finding, instance });
      if (shown !== null) seen.push({ finding, instance, shown });
    }
  const described = await describePatched(context, release.commitId, seen, signal);
  const excusedFor = await onlyEvaluated(context);
  for (const own of Map.groupBy(seen, ({ finding }) => finding).values()) {
    const proofs = own.flatMap((one) => proofOf(one, release, described) ?? []);
    const [first] = own;
    if (first === undefined || proofs.length === 0) continue;
    const { findingId, attr } = first.finding;
    await findings.noteProofs({ findingId, proofs, excused: excusedFor(attr), at: clock.now() });
  }
  return look;
}

/** Those of which all can be fetched. */
async function builtOf(
  { cache, organisation }: WalkContext,
  channel: KeptChannel,
  instances: readonly Instance[],
): Promise<readonly Instance[]> {
  const caches = [cacheOfFlake(organisation, channel.flake), commonCache];
  const found = await coverageOf({ store: cache.store, caches, instances });
  const whole = new Set(found.flatMap(({ system, wanted, present }) => (present === wanted ? [system] : [])));
  return instances.filter(({ system, drvPath }) => drvPath !== null && whole.has(system));
}

async function shownBy(
  { matcher, catalog }: WalkContext,
  given: {
    readonly channel: KeptChannel;
    readonly evaluation: Evaluation;
    readonly finding: AwaitedProof;
    readonly instance: Instance;
  },
): Promise<FixShown | null> {
  const { channel, evaluation, finding, instance } = given;
  const match = await matcher.judge({
    channel: channel.id,
    evaluationId: evaluation.id,
    instances: () => catalog.instancesOf(evaluation.id),
    attr: finding.attr,
    system: instance.system,
    id: finding.advisoryId,
  });
  return match === null ? null : fixShown(match);
}

/** With what the derivations are built whose patches are to show it; null where no Nix could tell. */
async function describePatched(
  { nix, git }: WalkContext,
  commitId: string,
  seen: readonly Seen[],
  signal: AbortSignal,
): Promise<readonly BuildDescription[] | null> {
  if (nix === null) return null;
  const patched = seen.flatMap(({ shown, instance: { attr, system } }) =>
    shown.kind === 'patch' ? [{ attr, system }] : [],
  );
  const pairs = [...new Map(patched.map((pair) => [`${pair.attr} ${pair.system}`, pair])).values()];
  const found: BuildDescription[] = [];
  for (const part of inParts(pairs, pairsTogether))
    found.push(...(await describeBuilds({ nix, git, commitId, pairs: part, signal })));
  return found;
}

/** Null where it cannot be told whether the patch is applied. */
function proofOf(
  { instance: { attr, system, drvPath, outputs }, shown }: Seen,
  { version }: Release,
  described: readonly BuildDescription[] | null,
): FixProof | null {
  if (shown.kind === 'lacking') return { kind: 'lacking', system, why: shown.says };
  if (shown.kind === 'patch') {
    const build = described?.find((one) => one.attr === attr && one.system === system);
    if (build === undefined) return null;
    const why = whyUnpatched(build, shown.patches);
    if (why !== null) return { kind: 'lacking', system, why: `${shown.says}, but ${why}` };
  }
  const paths = Object.values(outputs).join(' ');
  return {
    kind: 'holds',
    system,
    evidence: `${version}: ${shown.says}; ${drvPath} built ${paths}, which the cache has`,
  };
}
