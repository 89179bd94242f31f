import { type MustAct, mustAct } from '../pipeline/alerts/index.ts';
import { type Consumer, type MissingFix, namesOf, type Standing, shippedFixes } from '../pipeline/consumers/index.ts';
import type { Release } from '../pipeline/releases/index.ts';
import { consumerStandings } from './consumer-standings.ts';
import type { WalkContext } from './walk-context.ts';

/** What one consumer must act on, and the fixes that it has; of what it runs alone, where that is known. */
interface ConsumerNews {
  readonly consumer: Consumer;
  readonly acts: readonly MustAct[];
  readonly fixed: readonly MissingFix[];
  readonly releases: readonly Release[];
}

type Stores = Pick<WalkContext, 'catalog' | 'consumers' | 'releases' | 'findings' | 'channels'>;

const mostReleases = 5_000;

/** Null: there is no such consumer any more. */
export async function consumerNews(context: Stores, consumerId: string): Promise<ConsumerNews | null> {
  const consumer = (await context.consumers.consumers()).find(({ id }) => id === consumerId);
  if (consumer === undefined) return null;
  const [releases, ...byChannel] = await Promise.all([
    context.releases.releases({ limit: mostReleases }),
    ...context.channels.map(({ id }) => context.findings.ofChannel(id)),
  ]);
  const findings = byChannel.flat().map(({ finding }) => finding);
  const [standing] = await consumerStandings(context, { consumers: [consumer], releases, findings });
  if (standing === undefined) return null;
  return { consumer, acts: mustAct([standing]), fixed: await fixedOf(context, standing, releases), releases };
}

/** Fixes of the locked releases that are in force: nothing that what runs lacks, and where that is known nothing else. */
async function fixedOf(
  { catalog, consumers }: Stores,
  { inputs, closure }: Standing,
  releases: readonly Release[],
): Promise<readonly MissingFix[]> {
  const fixed: MissingFix[] = [];
  for (const standing of inputs) {
    if (standing.kind === 'unknown') continue;
    const lacked = new Set((standing.undeployed ?? []).map(keyOf));
    const open = new Set(standing.exposures.map(keyOf));
    const shipped = shippedFixes(standing.input, releases).filter(
      (fix) => !lacked.has(keyOf(fix)) && !open.has(keyOf(fix)),
    );
    if (closure === undefined) {
      fixed.push(...shipped);
      continue;
    }
    const release = releases.find(({ uuid }) => uuid === standing.input.releaseUuid);
    const evaluation = release === undefined ? null : await catalog.evaluationOf(release.channel, release.commitId);
    const attrs = [...new Set(shipped.map(({ attr }) => attr))];
    const built = evaluation === null ? [] : await catalog.namesakesOf(evaluation.id, attrs);
    const namesByAttr = new Map<string, Set<string>>();
    for (const one of built) {
      const names = namesByAttr.get(one.attr) ?? new Set();
      for (const name of namesOf({ ...one, outputs: Object.values(one.outputs) })) names.add(name);
      namesByAttr.set(one.attr, names);
    }
    const wanted = [...new Set([...namesByAttr.values()].flatMap((names) => [...names]))];
    const held = (await consumers.closures.held([closure.id], wanted)).get(closure.id) ?? [];
    const running = new Set(held.map(({ name }) => name));
    fixed.push(...shipped.filter(({ attr }) => [...(namesByAttr.get(attr) ?? [])].some((name) => running.has(name))));
  }
  return fixed;
}

function keyOf({ advisoryId, attr }: Pick<MissingFix, 'advisoryId' | 'attr'>): string {
  return JSON.stringify([advisoryId, attr]);
}
