import type { KnownPerson } from '../../accounts/index.ts';
import {
  createHouseSource,
  type Embargo,
  factsOfCase,
  fixesToPropose,
  houseSource,
  type PreparedFix,
} from '../../pipeline/embargoes/index.ts';
import { syncFeed } from '../../pipeline/feeds/index.ts';
import type { WalkContext } from '../walk-context.ts';
import type { JobHandler } from './job.ts';
import { openProposal } from './propose-fix.ts';
import { packagesOf } from './settle-channel.ts';

/** Ends embargoes whose time is over, makes findings of them, looks at what the channels carry, and tells those who may know. */
export const tendEmbargoesJob: JobHandler = async ({ context, signal }) => {
  const { embargoes, clock } = context;
  await embargoes.endPlanned(clock.now());
  await embargoes.endPublic(clock.now(), signal);
  await holdEmbargoes(context);
  const ended = await embargoes.ended();
  const waiting = ended.filter((embargo) => embargo.ended?.advisoryId === null);
  if (waiting.length > 0) {
    await publish(context, signal);
    for (const embargo of waiting) await disclose(context, embargo);
  }
  for (const embargo of await embargoes.ended())
    for (const fix of fixesToPropose(embargo)) await proposePrepared(context, embargo, fix);
  await tell(context, signal);
};

/** Notes what the channels carry of the packages that embargoes name. */
export async function holdEmbargoes(context: WalkContext): Promise<void> {
  const { embargoes, identity, clock } = context;
  await embargoes.hold({ carriedOf: (attrs) => carriedIn(context, attrs), data: identity, now: clock.now() });
}

async function carriedIn({ catalog, channels }: WalkContext, attrs: readonly string[]) {
  return Promise.all(
    channels.map(async ({ id }) => {
      const evaluation = await catalog.latestEvaluation(id);
      const found = evaluation === null ? [] : attrs.map((attr) => catalog.packageByAttr(evaluation.id, attr));
      return { channel: id, instances: (await Promise.all(found)).flat() };
    }),
  );
}

/** The reports become records among those of the feeds, and so an advisory. */
async function publish(context: WalkContext, signal: AbortSignal): Promise<void> {
  const { feedStore, advisories, fetcher, clock, progress } = context;
  const outcome = await syncFeed({
    source: createHouseSource(context.embargoes.ended),
    location: { kind: 'path', path: houseSource },
    secret: null,
    store: feedStore,
    fetcher,
    clock,
    progress,
    signal,
  });
  if (outcome.kind === 'failed') throw outcome.error;
  signal.throwIfAborted();
  await advisories.merge({ clock, progress, signal });
}

async function disclose(context: WalkContext, embargo: Embargo): Promise<void> {
  const { findings, advisories, catalog, channels, clock } = context;
  const { id, ended, circle } = embargo;
  const advisory = (await advisories.byIds([id])).get(id);
  if (ended === null || advisory === undefined) return;
  const at = clock.now();
  for (const channel of channels) {
    const own = embargo.cases.filter((one) => one.channel === channel.id);
    const evaluation = own.length === 0 ? null : await catalog.latestEvaluation(channel.id);
    if (evaluation === null) continue;
    await findings.disclose({
      channel: channel.id,
      packages: await packagesOf(
        context,
        channel,
        evaluation,
        own.map(({ attr }) => attr),
      ),
      at,
      ...(channel.line.support.until === null ? {} : { supportEndsAt: channel.line.support.until }),
      advisory,
      embargoed: {
        kind: 'embargoed',
        embargo: id,
        until: ended.at,
        how: ended.how,
        circle: circle.map(({ person }) => person),
        at: embargo.openedAt,
        recordedAt: at,
        precision: 'instant',
        source: 'snowguard',
        evidence: null,
        actor: ended.by,
      },
      cases: own.map((one) => ({
        match: one.match,
        facts: factsOfCase(embargo, one),
        claimedBy: embargo.claimedBy,
      })),
    });
  }
  await context.embargoes.noteDisclosed(embargo, { advisoryId: advisory.id, at });
}

/** What was made ready in confidence is proposed like any fix: from here on reviewers look at it. */
async function proposePrepared(context: WalkContext, embargo: Embargo, fix: PreparedFix): Promise<void> {
  const { git, embargoes, people, channels, clock } = context;
  const { report, ended } = embargo;
  const advisoryId = ended?.advisoryId;
  if (advisoryId == null) return;
  const note = (reviewId: string | null, why: string) =>
    embargoes.noteProposed(embargo, { channel: fix.channel, reviewId, why, at: clock.now() });
  const channel = channels.find(({ id }) => id === fix.channel);
  const onto = channel === undefined ? null : await git.resolve(channel.branch);
  if (channel === undefined || onto === null) return note(null, 'the channel has no tree of its own');
  const attrs = [...new Set(report.affected.map(({ attr }) => attr))].join(', ').slice(0, 60);
  const applied = await git.applyPatch({
    onto,
    patch: fix.patch,
    text: {
      message: `${attrs}: fix ${advisoryId}\n\nFixes: ${advisoryId}\n`,
      authorName: fix.by,
      authorEmail: present(await people(), fix.by)?.email ?? `${fix.by}@localhost`,
      // The same each time it is tried.
      at: fix.at,
    },
  });
  if (applied.kind !== 'applied') return note(null, applied.kind === 'refused' ? applied.why : 'it was not applied');
  const review = await openProposal({ context, channel, commitId: applied.commitId, author: fix.by });
  await (review === null ? note(null, 'the channel has it, or it clashes with it') : note(review.id, ''));
}

/** Nothing of what it is about leaves the house: whoever is told signs in to see it. */
async function tell({ embargoes, alerts, people, clock }: WalkContext, signal: AbortSignal): Promise<void> {
  const notices = await embargoes.notices(clock.now());
  const everybody = notices.length === 0 ? [] : await people();
  for (const notice of notices) {
    const { embargoId, person } = notice;
    const insider = present(everybody, person);
    const outcome =
      insider === undefined
        ? 'nowhere'
        : await alerts.tellPrivately({
            person,
            address: insider.email,
            subject: `${embargoId}: there is something to see`,
            lead: 'What it is stands on its page, for those who were let in. Pass nothing on.',
            link: { label: embargoId, url: `/embargoes/${embargoId}` },
            signal,
          });
    signal.throwIfAborted();
    await embargoes.noteTold(notice, { outcome, at: clock.now() });
  }
}

/** Undefined: nobody of that name is of the house any more. */
function present(people: readonly KnownPerson[], name: string): KnownPerson | undefined {
  return people.find((one) => one.name === name && one.removedAt === null);
}
