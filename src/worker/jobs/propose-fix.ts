import { compareNixVersions } from '../../formats/nix/compare-versions.ts';
import { AppError } from '../../foundation/errors.ts';
import type { Advisory } from '../../pipeline/advisories/index.ts';
import type { Instance } from '../../pipeline/catalog/index.ts';
import {
  makeProposal,
  type ProposalOutcome,
  type ProposalWay,
  proposeStep,
  type Review,
} from '../../pipeline/changes/index.ts';
import type { KeptChannel, WalkContext } from '../walk-context.ts';
import { channelOf, type JobHandler } from './job.ts';

/** What is to be fixed: advisories that concern one package of a channel. */
export interface FixRequest {
  readonly channel: string;
  readonly attr: string;
  readonly advisoryIds: readonly string[];
  /** Null: the first way that applies. */
  readonly how: ProposalWay | null;
}

/** A new finding gets a proposal; queued only where the settings say so. */
export const proposeFixJob: JobHandler = async ({ context, subject, signal }) => {
  const found = await context.findings.byId(subject);
  if (found === null || (found.finding.state !== 'open' && found.finding.state !== 'under_investigation')) return;
  const { channel, attr, advisoryId } = found.finding;
  const made = await proposeFix({ context, request: { channel, attr, advisoryIds: [advisoryId], how: null }, signal });
  if (made.kind === 'none')
    context.log.info('no fix can be proposed by machine', {
      finding: subject,
      attr,
      reasons: made.refused.map(({ way, why }) => `${way}: ${why}`),
    });
  else await openProposal({ context, channel: channelOf(context, channel), commitId: made.commitId });
};

/** Makes the commit that fixes, on a ref of its own; nothing waits for anybody yet. */
export async function proposeFix(given: {
  readonly context: WalkContext;
  readonly request: FixRequest;
  readonly signal: AbortSignal;
}): Promise<ProposalOutcome & { readonly base: string }> {
  const { context, request, signal } = given;
  const { git, nix, fetcher } = context;
  const channel = channelOf(context, request.channel);
  const base = await git.resolve(channel.branch);
  const instance = base === null ? null : await instanceOf(context, channel, base, request.attr);
  const file = instance?.position?.replace(/:\d+$/, '') ?? null;
  if (base === null || instance === null || file === null || request.advisoryIds.length === 0)
    throw new AppError(
      { code: 'proposal.nothing-known', retryable: false },
      `of ${request.attr} in ${channel.id} it is not known in which file it is written, or it has no open finding`,
      { hint: `See what there is: snowguard findings --package ${request.attr}` },
    );
  const advisories = await context.advisories.byIds(request.advisoryIds);
  const outcome = await makeProposal(
    {
      git,
      nix,
      fetcher,
      channel,
      base,
      newer: await fetchNewer(given, channel),
      instance,
      file,
      flaws: request.advisoryIds.map((advisoryId) => {
        const advisory = advisories.get(advisoryId);
        return {
          advisoryId,
          aliases: advisory?.aliases ?? [],
          fixedIn: advisory === undefined ? null : fixedIn(advisory, instance.version),
          references: advisory === undefined ? [] : linksOf(advisory),
        };
      }),
      signal,
    },
    request.how,
  );
  return { ...outcome, base };
}

/** Hands a proposal to the reviews: from here on it is treated like any other. */
export async function openProposal(given: {
  readonly context: WalkContext;
  readonly channel: KeptChannel;
  readonly commitId: string;
  /** Who wrote it. */
  readonly author?: string;
}): Promise<Review | null> {
  const { context, channel, commitId, author = 'robot' } = given;
  const { git, reviews, changes, series, clock } = context;
  const step = { git, reviews, changes, series, channel, clock };
  const outcome = await proposeStep({ ...step, target: commitId, how: 'fix', author });
  return outcome.kind === 'proposed' ? outcome.review : null;
}

async function instanceOf(
  { catalog, systems }: WalkContext,
  channel: KeptChannel,
  commitId: string,
  attr: string,
): Promise<Instance | null> {
  const evaluation = await catalog.evaluationOf(channel.id, commitId);
  if (evaluation === null) return null;
  const own = (await catalog.instancesOf(evaluation.id)).filter((instance) => instance.attr === attr);
  return systems.flatMap((system) => own.filter((instance) => instance.system === system))[0] ?? null;
}

async function fetchNewer(
  { context, signal }: { readonly context: WalkContext; readonly signal: AbortSignal },
  channel: KeptChannel,
) {
  const { upstream } = channel;
  if (upstream === null) return [];
  const newer: { readonly name: string; readonly commitId: string }[] = [];
  for (const name of channel.newer) {
    const into = `refs/newer/${channel.id}/${name}`;
    const { url, partial } = upstream;
    newer.push({ name, commitId: await context.git.fetch({ url, branch: name, into, partial, signal }) });
  }
  return newer;
}

/** The lowest bound above the carried version that a range ends before, of ranges that are proof. */
function fixedIn({ records }: Advisory, version: string): string | null {
  const bounds = records
    .flatMap(({ affected }) => affected)
    .flatMap(({ weak, scheme, ranges }) => (weak === null && scheme !== 'git' ? ranges : []))
    .flatMap(({ hi, hiInclusive }) => (hi === null || hiInclusive || !/^\d[\w.+-]{0,60}$/.test(hi) ? [] : [hi]))
    .filter((hi) => compareNixVersions(hi, version) > 0);
  return bounds.sort(compareNixVersions)[0] ?? null;
}

function linksOf({ references, records }: Advisory): readonly string[] {
  const texts = records.flatMap(({ statements }) => statements.map(({ text }) => text ?? ''));
  return [...references, ...texts.flatMap((text) => text.match(/https:\/\/[^\s<>"')\]]+/g) ?? [])];
}
