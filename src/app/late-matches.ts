import { toIso } from '../foundation/clock.ts';
import type { PublishedCase } from '../pipeline/findings/index.ts';
import { LabelledCase, lateCase } from '../pipeline/matching/index.ts';
import type { WalkContext } from '../worker/index.ts';

type Stores = Pick<WalkContext, 'advisories' | 'attainment' | 'catalog' | 'findings' | 'matches'>;

/** SLA-31: what was matched long after it was public, with what it takes to ask the matcher again. */
export interface LateMatch {
  readonly finding: string;
  readonly advisoryId: string;
  readonly attr: string;
  readonly channel: string;
  readonly version: string;
  readonly firstPublicAt: number;
  readonly matchedAt: number;
  readonly lateMs: number;
  /** By which records, as `source recordId`. */
  readonly by: readonly string[];
  /** A line that `npm run quality -- --misses` reads; null where only a mapping of the team leads to the package. */
  readonly line: LabelledCase | null;
}

/** The latest first. */
export async function lateMatches(context: Stores): Promise<readonly LateMatch[]> {
  const late = await context.attainment.lateMatches();
  const advisories = await context.advisories.byIds(late.map(({ name }) => name.advisoryId));
  const mapped = await mappedOf(context, late);
  const found: LateMatch[] = [];
  for (const { name, figures } of late) {
    const known = await context.findings.caseOf(name.id);
    const advisory = advisories.get(name.advisoryId);
    if (known === null || advisory === undefined || figures.matchedAt === null) continue;
    const { version } = known.finding.finding;
    const matched = known.facts.find(({ kind }) => kind === 'matched');
    const times = { firstPublicAt: figures.firstPublicAt, matchedAt: figures.matchedAt };
    const late = {
      finding: name.id,
      channel: name.channel,
      firstPublicAt: toIso(times.firstPublicAt),
      matchedAt: toIso(times.matchedAt),
      evidence: matched?.evidence ?? null,
    };
    const instance = await instanceOf(context, name);
    found.push({
      finding: name.id,
      advisoryId: name.advisoryId,
      attr: name.attr,
      channel: name.channel,
      version,
      ...times,
      lateMs: times.matchedAt - figures.startAt,
      by: [...new Set(known.attributions.map(({ source, recordId }) => `${source} ${recordId}`))].sort(),
      line: mapped.has(keyOf(name)) ? null : LabelledCase.parse(lateCase({ advisory, instance, version, late })),
    });
  }
  return found.sort((a, b) => b.matchedAt - a.matchedAt || Number(b.finding) - Number(a.finding));
}

/** As it is carried now, or where it is not any more by its name alone. */
async function instanceOf({ catalog }: Stores, { attr, channel }: PublishedCase['name']) {
  const evaluation = await catalog.latestEvaluation(channel);
  const [first] = evaluation === null ? [] : await catalog.packageByAttr(evaluation.id, attr);
  const pname = attr.split('.').at(-1) ?? attr;
  return first ?? { attr, pname, sources: [], homepage: null, purls: [], cpe: [], patches: [] };
}

/** The mappings that a team reviewed are its own: elsewhere the question has another answer. */
async function mappedOf({ matches }: Stores, late: readonly PublishedCase[]): Promise<ReadonlySet<string>> {
  const channels = [...new Set(late.map(({ name }) => name.channel))];
  const stored = (await Promise.all(channels.map((channel) => matches.matchesOf(channel)))).flat();
  const own = stored.filter(({ identity }) => identity.length > 0 && identity.every(({ tier }) => tier === 'A0'));
  return new Set(own.map(keyOf));
}

function keyOf({ attr, channel, advisoryId }: Pick<PublishedCase['name'], 'attr' | 'channel' | 'advisoryId'>): string {
  return JSON.stringify([channel, attr, advisoryId]);
}
