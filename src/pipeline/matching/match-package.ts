import type { AdvisoryFacts } from '../advisories/index.ts';
import { type Assessment, assess } from './assess.ts';
import type { CarriedPackage } from './carried.ts';
import { type Entry, entriesOf } from './entries-of.ts';
import { sentencesOf, whatWouldChange } from './explain.ts';
import type { IdentityData } from './identity-data.ts';
import type { Match } from './model.ts';
import type { Package } from './package-of.ts';
import { usageSentence } from './scope-of.ts';

/** A match with its route: `stored` ones are for the search, nobody is asked. */
export interface RoutedMatch {
  readonly match: Match;
  readonly route: Assessment['route'];
}

/** `held`: a newer algorithm would take it out of sight, and no person has adopted that yet. */
export interface StoredMatch {
  readonly match: Match;
  readonly route: RoutedMatch['route'] | 'held';
}

export interface MatchInput {
  readonly channel: string;
  readonly carried: CarriedPackage;
  readonly advisory: AdvisoryFacts;
  /** Of the advisory, when they are known already. */
  readonly entries?: readonly Entry[];
  readonly data: IdentityData;
}

/** Below this a non-match says nothing about the package and is not kept. */
const keptIdentity = 0.5;
const leastScore = 0.1;
const gravity: Readonly<Record<Match['status'], number>> = {
  affected: 3,
  under_investigation: 2,
  fixed: 1,
  not_affected: 0,
};

/** What the advisory is to the package, with the reasons; null when it is nothing to it. */
export function matchPackage({
  channel,
  carried: { variants, keys },
  advisory,
  entries = entriesOf(advisory),
  data,
}: MatchInput): RoutedMatch | null {
  if (nothingOf(advisory) !== null) return null;
  let worst: { readonly carried: Package; readonly assessment: Assessment } | null = null;
  for (const carried of variants) {
    const assessment = assess(carried, keys, advisory, entries, data);
    if (!isKept(assessment)) continue;
    if (worst === null || gravity[assessment.status] > gravity[worst.assessment.status])
      worst = { carried, assessment };
  }
  return worst === null
    ? null
    : { match: matchOf(channel, advisory, worst.carried, worst.assessment), route: worst.assessment.route };
}

/** Why the advisory as a whole says nothing of any package, as a sentence. */
function nothingOf({ state, records }: AdvisoryFacts): string | null {
  if (state === 'withdrawn') return 'The advisory is withdrawn.';
  const live = records.filter((record) => record.state === 'active');
  return live.length > 0 && live.every(({ tags }) => tags.includes('informational'))
    ? 'It is a notice, not a vulnerability.'
    : null;
}

function isKept({ identityScore, score, status }: Assessment): boolean {
  if (status === 'affected' || status === 'under_investigation') return score >= leastScore;
  return identityScore >= keptIdentity;
}

function matchOf(channel: string, advisory: AdvisoryFacts, carried: Package, assessment: Assessment): Match {
  const { identity, records, patch, status, score, fixedIn, admitted, justification } = assessment;
  return {
    advisoryId: advisory.id,
    attr: carried.attr,
    channel,
    version: carried.instances[0].version,
    systems: admitted.length > 0 ? admitted : carried.instances.map(({ system }) => system),
    status,
    score: Math.round(score * 1000) / 1000,
    identity,
    ranges: records.map(({ source, recordId, evaluation }) => ({
      source,
      recordId,
      outcome: evaluation.outcome,
      because: evaluation.because,
    })),
    patch,
    fixedIn,
    justification,
    explanation: sentencesOf(assessment).join(' '),
  };
}

export interface Explanation {
  readonly attr: string;
  readonly advisoryId: string;
  readonly version: string;
  readonly assessment: Assessment;
  /** What other packages of the channel do with this one, as a sentence; null where none of them tells. */
  readonly used: string | null;
  readonly sentences: readonly string[];
  readonly wouldChange: readonly string[];
}

/** The same reasoning in full, for matches and non-matches alike: one explanation a version. */
export function explainMatch({
  carried: { variants, keys },
  advisory,
  data,
}: Omit<MatchInput, 'channel' | 'entries'>): readonly Explanation[] {
  const entries = entriesOf(advisory);
  const isFiled = entries.some(({ products }) => products.keys.some((key) => keys.includes(key)));
  const nothing = nothingOf(advisory);
  return variants.map((carried) => {
    const assessment = assess(carried, keys, advisory, entries, data);
    const used = usageSentence(carried.usage);
    return {
      attr: carried.attr,
      advisoryId: advisory.id,
      version: carried.instances[0].version,
      assessment,
      used,
      sentences: [
        ...(nothing === null ? [] : [nothing]),
        ...sentencesOf(assessment),
        ...(used === null ? [] : [used]),
        ...(isFiled || assessment.records.length > 0
          ? []
          : ['No record of it is filed under a name, package URL or repository of this package.']),
      ],
      wouldChange: whatWouldChange(carried, assessment),
    };
  });
}
