import type { ChannelState, Overview } from '../../http/index.ts';
import { latestEvents } from '../../journal/index.ts';
import type { WalkContext } from '../../worker/index.ts';
import { boardOf } from './consumer-reads.ts';
import type { ReadContext } from './context.ts';
import { feedStates } from './feed-reads.ts';
import { rescoreReads } from './rescore-reads.ts';

const urgentShown = 6;
const eventsShown = 12;
/** What a person wants to hear of; the rest is the machine talking to itself. */
const shownKinds = [
  'channel.moved',
  'finding.opened',
  'finding.fixed',
  'finding.reopened',
  'finding.retracted',
  'finding.rerated',
  'release.published',
  'release.yanked',
  'release.unyanked',
  'consumer.registered',
  'catalog.covered-changed',
  'matching.compared',
  'matching.adopted',
  'feeds.incident',
  'review.enforced',
  'review.observe-agreed',
  'review.observed',
  'review.broke-glass',
  'channel.stuck',
  'sla.breached',
  'sla.terms-proposed',
  'sla.terms-taken',
  'sla.rota_gap',
  'sla.calendar_ending',
];

export async function overviewOf({ context, database, published, terms }: ReadContext): Promise<Overview> {
  const { findings, catalog, advisories, releases, consumers, channels, organisation } = context;
  const [first] = channels;
  const everyone = await consumers.consumers();
  const [promise, urgent, counts, states, covered, archive, feeds, journal, board, latestRelease] = await Promise.all([
    findings.promiseLines(channels.map(({ id }) => id)),
    findings.list({ order: 'breach', band: null, state: 'open', after: null, limit: urgentShown }),
    findings.counts(),
    Promise.all(channels.map(({ id }) => channelState(context, id))),
    catalog.covered(),
    advisories.list({ text: '', after: null, limit: 1 }),
    feedStates(context),
    latestEvents(database, { kinds: shownKinds, limit: eventsShown }),
    boardOf(context, everyone, { byClosures: true }),
    first === undefined ? null : releases.latest(organisation, first.flake, first.id),
  ]);
  const index = await published.current();
  const isPublic = (uuid: string) => index.release(uuid)?.flake.visibility === 'public';
  return {
    promise,
    urgent: urgent.items,
    latestRelease: latestRelease !== null && isPublic(latestRelease.uuid) ? latestRelease : null,
    channels: states,
    coveredPackages: covered.length,
    advisories: archive.total ?? 0,
    underInvestigation: counts
      .filter(({ state }) => state === 'under_investigation')
      .reduce((sum, { count }) => sum + count, 0),
    feeds,
    journal: journal.filter(({ kind, subject }) => !kind.startsWith('release.') || isPublic(subject)),
    consumers: everyone.length,
    mustAct: board.mustAct.length,
    rescores: await rescoreReads(context).rescores(),
    termsNotice: await terms.notice(),
  };
}

/** What the newest evaluation of a channel says. */
export async function channelState({ catalog, git, channels }: WalkContext, id: string): Promise<ChannelState> {
  const evaluation = await catalog.latestEvaluation(id);
  const branch = channels.find((channel) => channel.id === id)?.branch ?? '';
  const [failures, packages, head] =
    evaluation === null
      ? [[], [], await git.resolve(branch)]
      : [await catalog.failuresOf(evaluation.id), await catalog.packagesOf(evaluation.id), evaluation.commitId];
  return {
    id,
    commitId: head,
    evaluatedAt: evaluation?.at ?? null,
    origin: evaluation?.origin ?? null,
    packages: packages.length,
    failures: new Set(failures.map(({ attr }) => attr)).size,
  };
}
