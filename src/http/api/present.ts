import type { z } from 'zod';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { isoOrNull, toIso } from '../../foundation/clock.ts';
import type { MustAct } from '../../pipeline/alerts/index.ts';
import { type ClosureUpload, productNames } from '../../pipeline/consumers/index.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import type {
  AdvisoryRow,
  ConsumerBoard,
  CveReads,
  ExplanationRead,
  FeedState,
  FindingRow,
  Overview,
  PackagePage,
  QuarantinedRow,
} from '../ports.ts';
import { pinnedUrl } from '../registry/link.ts';
import { answerOf } from '../web/answer.ts';
import type {
  advisoryRowSchema,
  boardSchema,
  closureUploadSchema,
  cveSchema,
  explanationSchema,
  feedSchema,
  findingSchema,
  mustActSchema,
  packageSchema,
  quarantinedSchema,
  releaseSchema,
  statusSchema,
} from './schemas.ts';

const hour = 3_600_000;

export function presentFinding({ finding, deadlines, publishedAs }: FindingRow): z.input<typeof findingSchema> {
  return {
    id: finding.id,
    advisoryId: finding.advisoryId,
    ...(publishedAs === undefined ? {} : { publishedAs }),
    attr: finding.attr,
    channel: finding.channel,
    version: finding.version,
    state: finding.state,
    band: finding.band,
    score: finding.score,
    knownExploited: finding.knownExploited,
    epss: finding.epss,
    risk: finding.risk,
    explanation: finding.explanation,
    fixedVersion: finding.fixedVersion,
    disclosedAt: toIso(finding.disclosedAt),
    openedAt: toIso(finding.openedAt),
    fixedAt: isoOrNull(finding.fixedAt),
    releasedAt: isoOrNull(finding.releasedAt),
    deadlines: {
      state: deadlines.state,
      response: deadlines.response,
      responseDueAt: isoOrNull(deadlines.responseDueAt),
      remediationDueAt: toIso(deadlines.remediationDueAt),
    },
  };
}

export function presentRelease(publicUrl: string, release: Release): z.input<typeof releaseSchema> {
  return {
    uuid: release.uuid,
    organisation: release.organisation,
    flake: release.flake,
    channel: release.channel,
    version: release.version,
    commitId: release.commitId,
    commitCount: release.commitCount,
    lastModified: release.lastModified,
    narHash: release.narHash,
    sizeBytes: release.sizeBytes,
    sha256: release.sha256,
    simplifiedVersion: simplifiedVersion(release.version),
    publishedAt: toIso(release.publishedAt),
    yankedAt: isoOrNull(release.yankedAt),
    tarballUrl: pinnedUrl(publicUrl, release),
    fixes: release.fixes.map(({ advisoryId, attr, fromVersion, toVersion, band }) => ({
      advisoryId,
      attr,
      fromVersion,
      toVersion,
      band,
    })),
  };
}

export function presentPackage(page: PackagePage): z.input<typeof packageSchema> {
  return {
    attr: page.attr,
    covered:
      page.covered === null
        ? null
        : { category: page.covered.category, owner: page.covered.owner, since: page.covered.since },
    instances: page.channels.flatMap(({ channel, instances }) =>
      instances.map((instance) => ({
        channel,
        system: instance.system,
        pname: instance.pname,
        version: instance.version,
        drvPath: instance.drvPath,
        sources: instance.sources.flatMap((source) => source.urls),
        patches: instance.patches.map((patch) => patch.name),
        licences: [...instance.licences],
        maintainers: [...instance.maintainers],
        description: instance.description,
        homepage: instance.homepage,
      })),
    ),
    failures: page.channels.flatMap(({ channel, failures }) => failures.map((failure) => ({ channel, ...failure }))),
    findings: page.findings.map(presentFinding),
  };
}

export function presentCve(id: string, reads: CveReads): z.input<typeof cveSchema> {
  const answer = answerOf(id, reads);
  const { advisory } = reads;
  return {
    id: advisory?.id ?? id,
    answer: answer.kind,
    headline: answer.headline,
    advice: answer.advice,
    feedsSyncedAt: isoOrNull(reads.feedsSyncedAt),
    advisory:
      advisory === null
        ? null
        : {
            id: advisory.id,
            aliases: [...advisory.aliases],
            title: advisory.title,
            details: advisory.details,
            band: advisory.band,
            score: advisory.score,
            severitySource: advisory.severitySource,
            severityDisputed: advisory.severityDisputed,
            knownExploitedSince: isoOrNull(advisory.exploitation.knownExploitedSince),
            epss: advisory.exploitation.epss,
            ssvc: advisory.exploitation.ssvc,
            state: advisory.state,
            disputed: advisory.disputed,
            publishedAt: isoOrNull(advisory.publishedAt),
            references: [...advisory.references],
            products: productNames(advisory),
            sources: advisory.records.map(({ source, recordId, state }) => ({ source, recordId, state })),
          },
    lines: answer.lines.map(({ attr, channel, version, kind, because, advice, publishedAs }) => ({
      attr,
      publishedAs,
      channel,
      version,
      answer: kind,
      because,
      advice,
    })),
  };
}

export function presentExplanation({
  id,
  attr,
  publishedAs = null,
  channels,
}: ExplanationRead): z.input<typeof explanationSchema> {
  return {
    id,
    attr,
    publishedAs,
    explanations: channels.flatMap(({ channel, explanations }) =>
      explanations.map(({ version, assessment, sentences, wouldChange }) => ({
        channel,
        version,
        status: assessment.status,
        score: assessment.score,
        identity: assessment.identity.map((evidence) => ({ ...evidence })),
        notThis: [...assessment.others],
        ranges: assessment.records.map(({ source, recordId, evaluation }) => ({
          source,
          recordId,
          outcome: evaluation.outcome,
          because: evaluation.because,
        })),
        patch: { state: assessment.patch.state, patches: [...assessment.patch.patches] },
        disagreement: assessment.disagreement,
        sentences: [...sentences],
        wouldChange: [...wouldChange],
      })),
    ),
  };
}

export function presentAdvisory({ advisory, openFindings, findings }: AdvisoryRow): z.input<typeof advisoryRowSchema> {
  const { id, title, band, score, state, knownExploited } = advisory;
  const [publishedAt, modifiedAt] = [isoOrNull(advisory.publishedAt), isoOrNull(advisory.modifiedAt)];
  return { id, title, band, score, state, knownExploited, publishedAt, modifiedAt, openFindings, findings };
}

export function presentFeed(feed: FeedState): z.input<typeof feedSchema> {
  const { id, title, state, message, records, quarantined, licence, attribution, readFrom } = feed;
  return {
    id,
    title,
    state,
    message,
    records,
    quarantined,
    licence,
    attribution,
    readFrom,
    lastSyncAt: isoOrNull(feed.lastSyncAt),
    lastChangeAt: isoOrNull(feed.lastChangeAt),
    latency:
      feed.latency === null
        ? null
        : { medianSeconds: feed.latency.medianMs / 1000, ninthDecileSeconds: feed.latency.ninthDecileMs / 1000 },
  };
}

export function presentQuarantined(row: QuarantinedRow): z.input<typeof quarantinedSchema> {
  return { ...row, at: toIso(row.at) };
}

export function presentMustAct(act: MustAct): z.input<typeof mustActSchema> {
  const { consumer, input, step, flake, fromVersion, toVersion, command, firstChange } = act;
  return {
    consumer,
    input,
    step,
    flake,
    fromVersion,
    toVersion,
    band: act.band,
    command,
    firstChange,
    packages: [...act.packages],
    advisoryIds: [...act.advisoryIds],
    yanked: act.yanked,
    fixes: act.fixes.map(({ advisoryId, band, attr, fromVersion, toVersion, releasedIn }) => ({
      advisoryId,
      band,
      attr,
      fromVersion,
      toVersion,
      releasedIn,
    })),
  };
}

export function presentUpload(upload: ClosureUpload): z.input<typeof closureUploadSchema> {
  const { source, packages, uploadedAt, uploadedBy, seenAt } = upload;
  return { source: source ?? '', packages, uploadedAt: toIso(uploadedAt), uploadedBy, seenAt: toIso(seenAt) };
}

export function presentBoard(board: ConsumerBoard): z.input<typeof boardSchema> {
  return {
    mustAct: board.mustAct.map(presentMustAct),
    replies: (board.replies ?? []).map(({ at, findings, advisoryIds, ...reply }) => ({
      ...reply,
      findings: [...findings],
      advisoryIds: [...advisoryIds],
      at: toIso(at),
    })),
    consumers: board.standings.map(({ consumer, inputs, closure }) => ({
      name: consumer.name,
      seenAt: toIso(consumer.seenAt),
      closure: closure === undefined ? null : presentUpload(closure),
      inputs: inputs.map((standing) => ({
        input: standing.input.input,
        standing: standing.kind,
        version: standing.input.version,
        targetVersion: standing.kind === 'behind' ? standing.targetVersion : null,
      })),
    })),
  };
}

export function presentStatus(publicUrl: string, overview: Overview): z.input<typeof statusSchema> {
  const { latestRelease, coveredPackages, advisories, underInvestigation, consumers, mustAct } = overview;
  return {
    promise: overview.promise.map(({ responseMs, remediationMs, nextDueAt, channels, ...line }) => ({
      ...line,
      channels: [...channels],
      responseHours: responseMs === null ? null : responseMs / hour,
      remediationDays: remediationMs / hour / 24,
      nextDueAt: isoOrNull(nextDueAt),
    })),
    latestRelease: latestRelease === null ? null : presentRelease(publicUrl, latestRelease),
    coveredPackages,
    advisories,
    underInvestigation,
    consumers,
    mustAct,
    policyNotice: overview.termsNotice,
  };
}
