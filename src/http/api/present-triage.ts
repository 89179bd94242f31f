import { isoOrNull, toIso } from '../../foundation/clock.ts';
import { leavingSays } from '../../pipeline/changes/index.ts';
import type { AwaitedAct, TriagedFinding, WorkItem } from '../../pipeline/findings/index.ts';
import type { FindingPage } from '../triage-port.ts';
import { presentValidation } from './channel-endpoints.ts';
import { presentFinding } from './present.ts';

export function presentTriaged(one: TriagedFinding) {
  const { stage, claim, nextUpdateAt, verdict, verdictBy, patches, acceptedRisk, rejection } = one;
  return {
    ...presentFinding(one),
    stage,
    claim: claim === null ? null : { by: claim.by, until: toIso(claim.until) },
    nextUpdateAt: isoOrNull(nextUpdateAt),
    verdict: verdict === null ? null : { ...verdict, signedBy: [...verdictBy] },
    patches: [...patches],
    acceptedRisk:
      acceptedRisk === null
        ? null
        : { ...acceptedRisk, until: toIso(acceptedRisk.until), approvedBy: [...acceptedRisk.approvedBy] },
    rejection: rejection === null ? null : { at: toIso(rejection.at), records: [...rejection.records] },
  };
}

export function presentWorkItem({ findings, count }: WorkItem) {
  return { count, findings: findings.map(presentTriaged) };
}

export function presentAwaited(awaited: AwaitedAct['awaited']) {
  const { kind, by, at } = awaited;
  const content = 'content' in awaited ? awaited.content : kind === 'fix' ? awaited.tree : null;
  const said =
    kind === 'verdict'
      ? { ...awaited.verdict }
      : kind === 'lowering'
        ? { ...awaited.lowering }
        : kind === 'risk'
          ? { ...awaited.risk }
          : kind === 'rejection'
            ? { ...awaited.rejection, records: [...awaited.rejection.records] }
            : null;
  return { kind, by, at: toIso(at), content, said };
}

export function presentFindingPage(page: FindingPage) {
  return {
    ...presentTriaged(page.finding),
    facts: page.told.facts.map((fact) => ({ ...fact })),
    clock: page.told.steps.map(({ at, text }) => ({ at: toIso(at), text })),
    attributions: page.told.attributions.map(({ source, recordId, outcome, since, until }) => ({
      source,
      recordId,
      outcome,
      since: toIso(since),
      until: isoOrNull(until),
    })),
    awaits: page.awaited.map(presentAwaited),
    validated: page.validations.map((validation) => ({
      ...presentValidation(validation),
      leaving: leavingSays(validation, page.finding.finding.fixedVersion),
    })),
    siblings: page.siblings.map(({ finding }) => finding.id),
    elsewhere: page.elsewhere.map(({ finding }) => finding.id),
    history: page.history.map(({ at, kind, actor, payload }) => ({
      at: toIso(at),
      kind,
      actor,
      payload: { ...payload },
    })),
  };
}
