import type { AffectedProduct, Exploitation, FeedRecord, RecordTag, Severity, Statement } from '../feeds/index.ts';

/** The gravest first. */
export const severityBands = ['critical', 'high', 'medium', 'low', 'unknown'] as const;
export type SeverityBand = (typeof severityBands)[number];

/** Our one page about one vulnerability: the records that share it by alias, each attributed. */
export interface Advisory {
  /** The CVE id where there is one, else the smallest id of the group. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly state: 'active' | 'withdrawn';
  readonly title: string;
  readonly details: string;
  readonly publishedAt: number | null;
  readonly modifiedAt: number | null;
  readonly band: SeverityBand;
  readonly score: number | null;
  readonly severitySource: string | null;
  readonly exploitation: Exploitation;
  readonly disputed: boolean;
  readonly references: readonly string[];
  /** Whether sources differ by a whole band or more. */
  readonly severityDisputed: boolean;
  /** Every source's own say. */
  readonly records: readonly AdvisoryRecord[];
}

/** An advisory without what only people read; its references may be read later. */
export interface AdvisoryFacts
  extends Omit<Advisory, 'title' | 'details' | 'publishedAt' | 'modifiedAt' | 'references'> {
  readonly references: Advisory['references'] | (() => Advisory['references']);
}

export interface AdvisoryRecord {
  readonly source: string;
  readonly recordId: string;
  readonly state: FeedRecord['state'];
  readonly affected: readonly AffectedProduct[];
  readonly severities: readonly Severity[];
  readonly publishedAt: number | null;
  readonly statements: readonly Statement[];
  readonly tags: readonly RecordTag[];
}
