import { idAt, listAt, objectAt, textAt, textsAt } from '../../../formats/json/shape.ts';
import type { FeedRecord, Statement } from '../model.ts';
import { blankRecord } from '../normalising/blank-record.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';

/** What all packages say of one id: the raw text of a record. */
export interface SecdbRecord {
  readonly id: string;
  readonly related: readonly string[];
  readonly fixes: readonly { readonly package: string; readonly branch: string; readonly version: string }[];
}

export function normaliseSecdb(value: unknown, { source }: NormaliseContext): FeedRecord {
  const document = objectAt(value, 'the record');
  return {
    ...blankRecord(source, idAt(document.id, 'id', /^[\w.:+-]{3,200}$/)),
    related: textsAt(document.related, 'related'),
    statements: listAt(document.fixes, 'fixes').map((fix, index) => statementOf(objectAt(fix, `fixes.${index}`))),
  };
}

function statementOf(fix: ReturnType<typeof objectAt>): Statement {
  const version = textAt(fix.version, 'version');
  return {
    product: `${textAt(fix.package, 'package') ?? ''}/${textAt(fix.branch, 'branch') ?? ''}`,
    // Fixed in version 0: the package never had it.
    status: version === '0' ? 'not_affected' : 'fixed',
    version,
    justification: null,
    text: null,
  };
}

/** The ids in one string, which may hold several (`CVE-2019-17343 XSA-285`) and remarks: those that are CVEs, else all. */
export function idsIn(text: string): { readonly ids: readonly string[]; readonly related: readonly string[] } {
  const found = text.split(/[\s,;()]+/).filter((word) => word.length <= 100 && /^[A-Za-z]\w*[-_][\w.-]*\d/.test(word));
  const all = [...new Set(found.map((id) => id.replace(/^cve[-_]/i, 'CVE-').replace(/[.-]+$/, '')))];
  const cves = all.filter((id) => /^CVE-\d{4}-\d{4,}$/.test(id));
  return cves.length === 0 ? { ids: all, related: [] } : { ids: cves, related: all.filter((id) => !cves.includes(id)) };
}
