import { idAt, objectAt, textAt } from '../../../formats/json/shape.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import type { FeedRecord } from '../model.ts';
import { blankRecord } from '../normalising/blank-record.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';

/**
 * `{"cveID":"CVE-2025-32463","dateAdded":"2025-09-29","dueDate":"2025-10-20","knownRansomwareCampaignUse":"Unknown", …}`.
 * Vendor and product are free text and name nothing. https://www.cisa.gov/known-exploited-vulnerabilities-catalog
 */
export function normaliseKev(
  value: unknown,
  { source, now }: NormaliseContext,
  catalogueReleasedAt: EpochMs | null = null,
): FeedRecord {
  const entry = objectAt(value, 'entry');
  const id = idAt(entry.cveID, 'cveID', /^CVE-\d{4}-\d{4,19}$/);
  const added = plausibleInstant(textAt(entry.dateAdded, 'dateAdded'), now);
  return {
    ...blankRecord(source, id),
    title: textAt(entry.vulnerabilityName, 'vulnerabilityName') ?? '',
    details: textAt(entry.shortDescription, 'shortDescription') ?? '',
    exploitation: {
      knownExploitedSince: added,
      ...listedAt(added, catalogueReleasedAt),
      ransomware: textAt(entry.knownRansomwareCampaignUse, 'knownRansomwareCampaignUse')?.toLowerCase() === 'known',
      dueDate: textAt(entry.dueDate, 'dueDate'),
      epss: null,
      ssvc: null,
    },
  };
}

// A date in Washington ends in the next day of UTC. A later catalogue only repeats the entry.
const firstReleaseMs = 36 * 3_600_000;

/** An unchanged entry is not stored anew, so what the first catalogue said stays. */
function listedAt(added: EpochMs | null, releasedAt: EpochMs | null): { readonly listedAt?: EpochMs } {
  const isFirst = added !== null && releasedAt !== null && releasedAt >= added && releasedAt < added + firstReleaseMs;
  return isFirst ? { listedAt: releasedAt } : {};
}
