import type { EpochMs } from '../../../foundation/clock.ts';
import type { Band, DoneStep, Escalation, Rater } from '../policy.ts';
import type { FedrampRating, FedrampReach } from './fedramp.ts';

/** What one fact says. Names and meanings: SLA-02 of the SLA reference; every clock is computed from these alone. */
export type FactKind =
  /** Public evidence of the flaw: a CVE, an advisory, a commit that names it. The earliest counts. */
  | { readonly kind: 'first_public' }
  /** Two people set the first publication to `at`; evidence recorded before that no longer counts. */
  | { readonly kind: 'first_public_corrected'; readonly approvedBy: readonly string[]; readonly reason: string }
  | { readonly kind: 'coverage_started' }
  /** The channel first carried a version with the flaw. */
  | { readonly kind: 'line_first_shipped' }
  | { readonly kind: 'line_support_ended' }
  | { readonly kind: 'matched' }
  /** Only these people knew of it, from `at` until it was public. */
  | {
      readonly kind: 'embargoed';
      readonly embargo: string;
      readonly until: EpochMs;
      readonly how: 'planned' | 'lifted' | 'public';
      readonly circle: readonly string[];
    }
  /** `initial`: it came with the publication, whenever we learnt of it. */
  | {
      readonly kind: 'scored';
      readonly rater: Rater;
      readonly score: number;
      readonly vector: string | null;
      readonly initial: boolean;
    }
  | { readonly kind: 'escalated'; readonly by: Escalation }
  | { readonly kind: 'kev_removed' }
  /** The entry in CISA's catalogue, with the dates that CISA gave: \`2027-03-22\`. */
  | { readonly kind: 'kev_entry'; readonly dateAdded: string; readonly dueDate: string | null }
  /** What an SSVC analyst decided. */
  | {
      readonly kind: 'decision_points';
      readonly automatable: boolean | null;
      readonly technicalImpact: 'partial' | 'total' | null;
    }
  /** The owner of a closure says whether it is exposed; null: not known any more. */
  | { readonly kind: 'exposure'; readonly closure: string; readonly exposed: boolean | null }
  /** A message that tells of it arrived at this consumer. */
  | { readonly kind: 'customer_notified'; readonly customer: string }
  /** Somebody answered for this consumer. */
  | {
      readonly kind: 'customer_acknowledged';
      readonly customer: string;
      readonly answer: CustomerAnswer;
      readonly reason: string | null;
    }
  /** What the closure runs, or where that is not known its lock, has the fix. */
  | { readonly kind: 'adopted'; readonly closure: string }
  /** Its lock had said so; what it runs, told later, lacks the fix. */
  | { readonly kind: 'adoption_denied'; readonly closure: string }
  | { readonly kind: 'evaluated'; readonly rating: FedrampRating; readonly reach: FedrampReach }
  | { readonly kind: 'reduced'; readonly rating: FedrampRating }
  | { readonly kind: 'exploitation_aware' }
  /** A corrective or mitigating measure exists for those who are affected. */
  | { readonly kind: 'measure_available' }
  | { readonly kind: 'filed'; readonly what: CraFiling }
  | { readonly kind: 'upstream_fix_available' }
  /** What went wrong where a promise was broken, and what keeps it from happening again. */
  | { readonly kind: 'post_mortem'; readonly cause: string; readonly prevention: string }
  /** Parts a to f of an initial response (SLA-20); all six by people make one. */
  | { readonly kind: 'response'; readonly part: ResponsePart }
  | {
      readonly kind: 'done';
      readonly step: DoneStep;
      readonly system: string | null;
      readonly reference: string | null;
    }
  /** Two people who sign the same content stop both clocks. */
  | { readonly kind: 'not_affected_signed'; readonly content: string }
  | { readonly kind: 'down_requested'; readonly to: Band; readonly reason: string }
  | { readonly kind: 'down_approved'; readonly to: Band; readonly role: string }
  | {
      readonly kind: 'paused';
      readonly until: EpochMs;
      readonly reason: string;
      readonly approvedBy: readonly string[];
    }
  /** One person asks; another approves within the time the policy gives. */
  | { readonly kind: 'pause_requested'; readonly until: EpochMs; readonly reason: string; readonly mitigation: string }
  | { readonly kind: 'correction_requested'; readonly to: EpochMs; readonly reason: string }
  /** Two people accept the risk until then; the clocks stop only where the customer has signed it: `customer` says where. */
  | {
      readonly kind: 'risk_accepted';
      readonly owner: string;
      readonly reason: string;
      readonly control: string;
      readonly until: EpochMs;
      readonly customer: string | null;
      readonly approvedBy: readonly string[];
    }
  /** A fix was incomplete, reverted or not in the output. */
  | { readonly kind: 'reopened'; readonly reason: string }
  /** No source asserts it any more, or its id was rejected: not counted, still listed. */
  | { readonly kind: 'retracted'; readonly reason: string }
  | { readonly kind: 'revived' }
  /** The holidays of its policy are known for longer than when it was opened. */
  | { readonly kind: 'calendar_renewed'; readonly validUntil: string };

export type ResponsePart = 'a' | 'b' | 'c' | 'd' | 'e' | 'f';

/** `done` is a claim until its lock or its closure shows it. */
export type CustomerAnswer = 'done' | 'accepted' | 'not-exposed';

export type CraFiling = 'early_warning' | 'notification' | 'final_report';

interface FactStamp {
  /** When it took effect in the world: for a public fact its public instant, not when we learnt of it. */
  readonly at: EpochMs;
  readonly recordedAt: EpochMs;
  /** `day`: the source gave a bare date, which counts as its 00:00:00Z. */
  readonly precision: 'instant' | 'day';
  /** The feed, tool or register it comes from. */
  readonly source: string;
  readonly evidence: string | null;
  /** A person's name, or `robot`. */
  readonly actor: string;
}

export type Fact = FactStamp & FactKind;
export type FactOf<Kind extends FactKind['kind']> = Extract<Fact, { readonly kind: Kind }>;

export function factsOf<Kind extends FactKind['kind']>(facts: readonly Fact[], kind: Kind): readonly FactOf<Kind>[] {
  return facts.filter((fact): fact is FactOf<Kind> => fact.kind === kind);
}

/** When the first of them happened; null when none did. */
export function earliest(facts: readonly Pick<Fact, 'at'>[]): EpochMs | null {
  return facts.length === 0 ? null : Math.min(...facts.map(({ at }) => at));
}

export function isPerson(actor: string): boolean {
  return actor !== 'robot';
}
