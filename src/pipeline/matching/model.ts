/** How we know that a record speaks of this package. Tiers: A0 reviewed, A1 declared, A2 source, A3 source to CPE, A4 only vendor, A5 CNA, A6 one of several. */
export interface IdentityEvidence {
  readonly tier: 'A0' | 'A1' | 'A2' | 'A3' | 'A4' | 'A5' | 'A6';
  readonly prior: number;
  readonly because: string;
}

export type RangeOutcome = 'in' | 'out' | 'weak-in' | 'unknown';

export interface RangeEvidence {
  readonly source: string;
  readonly recordId: string;
  readonly outcome: RangeOutcome;
  readonly because: string;
}

/** In the words of VEX: why nothing is affected although the version might be. */
export type Justification = 'component_not_present' | 'vulnerable_code_not_present';

export interface PatchEvidence {
  readonly state: 'none' | 'claimed' | 'mixed' | 'verified' | 'unavailable';
  readonly patches: readonly string[];
  /** The commit whose changes are those of the patches, where that is what verifies them. */
  readonly equals?: string;
}

/** Something that makes a match less likely or less urgent, and by how much. */
export interface Factor {
  readonly value: number;
  readonly because: string;
}

/** One advisory against one package of a channel, with the reasons. */
export interface Match {
  readonly advisoryId: string;
  readonly attr: string;
  readonly channel: string;
  readonly version: string;
  readonly systems: readonly string[];
  readonly status: 'affected' | 'under_investigation' | 'fixed' | 'not_affected';
  readonly score: number;
  readonly identity: readonly IdentityEvidence[];
  readonly ranges: readonly RangeEvidence[];
  readonly patch: PatchEvidence;
  readonly fixedIn: string | null;
  /** Set for a match that is not affected for another reason than its version. */
  readonly justification: Justification | null;
  readonly explanation: string;
}
