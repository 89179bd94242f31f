import { idAt, type JsonObject, listAt, objectAt, textAt, textsAt } from '../../../formats/json/shape.ts';
import { configurationsAt } from '../../../formats/nvd/read-nvd.ts';
import type { FeedRecord, Severity } from '../model.ts';
import { blankRecord, ssvcOf } from '../normalising/blank-record.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { recordTagsOf } from '../normalising/record-tags.ts';
import { severityOfVector } from '../normalising/severity-of.ts';
import { productsOf } from './products-of.ts';

const nist = 'nvd@nist.gov';
/** CISA's authorised data publisher, under the id that NVD shows for it. */
const cisa = '134c704f-9b21-4f2e-91b3-4a467353bcc0';

/** An element of `vulnerabilities` of the NVD API 2.0: `{"cve": {"id": "CVE-2024-3094", …}}`. */
export function normaliseNvd(value: unknown, { source, now }: NormaliseContext): FeedRecord {
  const cve = objectAt(objectAt(value, 'element').cve, 'cve');
  const id = idAt(cve.id, 'cve.id', /^CVE-\d{4}-\d{4,19}$/);
  const metrics = objectAt(cve.metrics, 'metrics');
  const details = inEnglish(listAt(cve.descriptions, 'descriptions'));
  const rejected = textAt(cve.vulnStatus, 'vulnStatus')?.toLowerCase() === 'rejected';
  return {
    ...blankRecord(source, id),
    state: rejected ? 'rejected' : 'active',
    publishedAt: plausibleInstant(textAt(cve.published, 'published'), now),
    modifiedAt: plausibleInstant(textAt(cve.lastModified, 'lastModified'), now),
    title: textAt(cve.cisaVulnerabilityName, 'cisaVulnerabilityName') ?? '',
    details,
    references: listAt(cve.references, 'references').flatMap((item) => {
      const reference = objectAt(item, 'references');
      const url = textAt(reference.url, 'references.url');
      const [tag] = textsAt(reference.tags, 'references.tags');
      return url === null ? [] : [{ url, type: tag?.toLowerCase() ?? 'web' }];
    }),
    affected: rejected ? [] : productsOf(configurationsAt(cve.configurations)),
    severities: severitiesOf(metrics),
    exploitation: exploitationOf(cve, metrics, now),
    tags: recordTagsOf(tagsNamedIn(cve), details),
  };
}

function inEnglish(descriptions: readonly unknown[]): string {
  const all = descriptions.map((item) => objectAt(item, 'descriptions'));
  const english = all.find(({ lang }) => lang === 'en') ?? all[0];
  return english === undefined ? '' : (textAt(english.value, 'descriptions.value') ?? '').trim();
}

function severitiesOf(metrics: JsonObject): readonly Severity[] {
  return ['cvssMetricV40', 'cvssMetricV31', 'cvssMetricV30', 'cvssMetricV2'].flatMap((name) =>
    listAt(metrics[name], `metrics.${name}`).flatMap((item) => {
      const metric = objectAt(item, `metrics.${name}`);
      const vector = textAt(objectAt(metric.cvssData, 'cvssData').vectorString, 'vectorString');
      return vector === null ? [] : [severityOfVector(vector, raterOf(textAt(metric.source, 'source')))];
    }),
  );
}

/** NVD repeats the scores of the assigner and of CISA beside its own. */
function raterOf(source: string | null): string {
  if (source === nist || source === null) return 'nvd';
  return source === cisa ? 'cisa-adp' : 'cna';
}

function exploitationOf(cve: JsonObject, metrics: JsonObject, now: number): FeedRecord['exploitation'] {
  const ssvc = listAt(metrics.ssvcV203, 'ssvcV203')
    .map((item) =>
      ssvcOf(listAt(objectAt(objectAt(item, 'ssvcV203').ssvcData, 'ssvcData').options, 'ssvcData.options')),
    )
    .find((found) => found !== null);
  const added = plausibleInstant(textAt(cve.cisaExploitAdd, 'cisaExploitAdd'), now);
  if (ssvc === undefined && added === null) return null;
  return {
    knownExploitedSince: added,
    ransomware: false,
    dueDate: textAt(cve.cisaActionDue, 'cisaActionDue'),
    epss: null,
    ssvc: ssvc ?? null,
  };
}

function tagsNamedIn(cve: JsonObject): readonly string[] {
  return listAt(cve.cveTags, 'cveTags').flatMap((item) => textsAt(objectAt(item, 'cveTags').tags, 'cveTags.tags'));
}
