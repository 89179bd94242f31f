import { idAt, objectAt, textAt } from '../../../formats/json/shape.ts';
import type { FeedRecord } from '../model.ts';
import { blankRecord } from '../normalising/blank-record.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';

/**
 * `{"cveID":"CVE-2025-32463","dateAdded":"2025-09-29","dueDate":"2025-10-20","knownRansomwareCampaignUse":"Unknown", …}`.
 * Vendor and product are free text and name nothing. https://www.cisa.gov/known-exploited-vulnerabilities-catalog
 */
export function normaliseKev(value: unknown, { source, now }: NormaliseContext): FeedRecord {
  const entry = objectAt(value, 'entry');
  const id = idAt(entry.cveID, 'cveID', /^CVE-\d{4}-\d{4,19}$/);
  const added = plausibleInstant(textAt(entry.dateAdded, 'dateAdded'), now);
  return {
    ...blankRecord(source, id),
    title: textAt(entry.vulnerabilityName, 'vulnerabilityName') ?? '',
    details: textAt(entry.shortDescription, 'shortDescription') ?? '',
    exploitation: {
      knownExploitedSince: added,
      ransomware: textAt(entry.knownRansomwareCampaignUse, 'knownRansomwareCampaignUse')?.toLowerCase() === 'known',
      dueDate: textAt(entry.dueDate, 'dueDate'),
      epss: null,
      ssvc: null,
    },
  };
}
