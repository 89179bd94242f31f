import { type EpochMs, toIsoDay } from '../../foundation/clock.ts';
import type { Advisory } from '../advisories/index.ts';
import type { Ssvc } from '../feeds/index.ts';
import { riskOf, severityOf } from './risk.ts';
import { type Score, scoresOf } from './severity.ts';
import type { Fact, FactKind } from './sla/facts.ts';

/** What an advisory says that bears on a finding: kept with the finding, so that a difference is seen. */
export interface AdvisorySay {
  readonly firstPublic: { readonly at: EpochMs; readonly source: string; readonly recordId: string } | null;
  readonly scores: readonly Score[];
  readonly knownExploitedSince: EpochMs | null;
  /** The catalogue's entry, in the dates it gives. Absent in what was kept before there were such facts. */
  readonly kev?: { readonly dateAdded: string; readonly dueDate: string | null } | null;
  readonly decisionPoints?: Pick<Ssvc, 'automatable' | 'technicalImpact'> | null;
  readonly activelyExploited: boolean;
  readonly epss: number | null;
  readonly risk: number;
}

export function sayOf(advisory: Advisory): AdvisorySay {
  const { exploitation } = advisory;
  const scores = scoresOf(advisory);
  const published = advisory.records
    .filter(({ state }) => state === 'active')
    .flatMap(({ publishedAt: at, source, recordId }) => (at === null ? [] : [{ at, source, recordId }]))
    .sort((a, b) => a.at - b.at || (a.source < b.source ? -1 : 1));
  const firstPublic =
    published[0] ??
    (advisory.publishedAt === null ? null : { at: advisory.publishedAt, source: 'advisory', recordId: advisory.id });
  // A distribution rates its own build: it counts where nobody has rated the flaw.
  const ofFlaw = scores.filter(({ rater }) => rater !== 'distribution');
  const rated = ofFlaw.length > 0 ? ofFlaw : scores;
  const cvssScores = rated.filter(({ vector }) => vector !== null).map(({ score }) => score);
  const textScore = rated.find(({ vector }) => vector === null)?.score ?? null;
  return {
    firstPublic,
    scores,
    // The promise counts from when the world could know: the release of the catalogue, where we saw it.
    knownExploitedSince: exploitation.listedAt ?? exploitation.knownExploitedSince,
    kev:
      exploitation.knownExploitedSince === null
        ? null
        : {
            dateAdded: toIsoDay(exploitation.knownExploitedSince),
            dueDate: exploitation.dueDate,
          },
    decisionPoints:
      exploitation.ssvc === null
        ? null
        : { automatable: exploitation.ssvc.automatable, technicalImpact: exploitation.ssvc.technicalImpact },
    activelyExploited: exploitation.ssvc?.exploitation === 'active',
    epss: exploitation.epss,
    risk: riskOf(severityOf({ textScore, cvssScores }), exploitation),
  };
}

/** The facts that are new in what an advisory says; `before` null at the opening of the finding. */
export function factsOfSay(say: AdvisorySay, before: AdvisorySay | null, at: EpochMs): readonly Fact[] {
  const facts: Fact[] = [];
  const add = (fact: FactKind, when: EpochMs, source: string, evidence: string | null): void => {
    facts.push({ ...fact, at: when, recordedAt: at, precision: precisionOf(when), source, evidence, actor: 'robot' });
  };
  const { firstPublic, scores } = say;
  if (firstPublic !== null && firstPublic.at !== before?.firstPublic?.at) {
    add({ kind: 'first_public' }, firstPublic.at, firstPublic.source, firstPublic.recordId);
  }
  for (const { rater, source, score, vector } of scores) {
    const known = before?.scores.find((other) => other.rater === rater);
    if (known?.score === score) continue;
    // Feeds do not say when they rated: what was there at the opening counts from the start.
    add({ kind: 'scored', rater, score, vector, initial: before === null }, at, source, null);
  }
  if (say.knownExploitedSince !== null && say.knownExploitedSince !== before?.knownExploitedSince) {
    add({ kind: 'escalated', by: 'kev_listed' }, say.knownExploitedSince, 'kev', null);
  }
  if (say.kev != null && !isSame(say.kev, before?.kev)) {
    add({ kind: 'kev_entry', ...say.kev }, Date.parse(`${say.kev.dateAdded}T00:00:00Z`), 'kev', null);
  }
  if (say.decisionPoints != null && !isSame(say.decisionPoints, before?.decisionPoints)) {
    add({ kind: 'decision_points', ...say.decisionPoints }, at, 'cisa-adp', null);
  }
  if (say.knownExploitedSince === null && before?.knownExploitedSince != null)
    add({ kind: 'kev_removed' }, at, 'kev', null);
  if (say.activelyExploited && before?.activelyExploited !== true) {
    add({ kind: 'escalated', by: 'ssvc_exploitation_active' }, at, 'cisa-adp', null);
  }
  return facts;
}

function isSame(one: object, other: object | null | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function precisionOf(at: EpochMs): Fact['precision'] {
  return at % 86_400_000 === 0 ? 'day' : 'instant';
}
