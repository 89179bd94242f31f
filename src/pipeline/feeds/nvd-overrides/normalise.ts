import { idAt, objectAt, textAt, textsAt } from '../../../formats/json/shape.ts';
import { configurationsAt } from '../../../formats/nvd/read-nvd.ts';
import type { FeedRecord } from '../model.ts';
import { blankRecord } from '../normalising/blank-record.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { productsOf } from '../nvd/products-of.ts';

/**
 * `{"_annotation": {"cve_id": "CVE-2024-3094", "modified": …}, "cve": {"configurations": […]}}`: what NVD did not analyse, in
 * its own shape. https://github.com/anchore/nvd-data-overrides
 */
export function normaliseOverride(value: unknown, { source, now }: NormaliseContext): FeedRecord {
  const document = objectAt(value, 'document');
  const note = objectAt(document._annotation, '_annotation');
  const id = idAt(note.cve_id, '_annotation.cve_id', /^CVE-\d{4}-\d{4,19}$/);
  const configurations = configurationsAt(objectAt(document.cve, 'cve').configurations);
  return {
    ...blankRecord(source, id),
    publishedAt: plausibleInstant(textAt(note.published, '_annotation.published'), now),
    modifiedAt: plausibleInstant(textAt(note.modified, '_annotation.modified'), now),
    details: textAt(note.description, '_annotation.description') ?? '',
    references: textsAt(note.references, '_annotation.references').map((url) => ({
      url,
      type: 'web',
    })),
    affected: productsOf(configurations),
  };
}
