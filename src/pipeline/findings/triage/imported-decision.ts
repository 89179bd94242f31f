import { readDecisionCsv } from '../../../formats/decision-csv/read-decision-csv.ts';
import { isOpenVex, readOpenVex } from '../../../formats/openvex/read-openvex.ts';
import { parsePackageUrl } from '../../../formats/purl/package-url.ts';
import { readVulnixWhitelist } from '../../../formats/vulnix-whitelist/read-vulnix-whitelist.ts';
import { type VerdictReason, verdictReasons, verdictTypes } from '../verdict-types.ts';

/** A decision of another tool, in our words as far as it says them. */
export interface ImportedDecision {
  /** Null: every vulnerability of the package. */
  readonly vulnerability: string | null;
  /** Null: every package. */
  readonly package: string | null;
  readonly version: string | null;
  /** Null: the tool only knows "leave it out". */
  readonly status: string | null;
  readonly reason: VerdictReason | null;
  readonly statement: string | null;
  readonly links: readonly string[];
  /** `2018-03-01`. */
  readonly until: string | null;
  /** The entry as it was read, whole. */
  readonly entry: unknown;
}

/** The decisions of a file, by what it is: OpenVEX JSON, a CSV with a `vuln_id`, else a whitelist of vulnix. Throws where it is none. */
export function readDecisions(text: string): readonly ImportedDecision[] {
  if (/^\s*\{/.test(text)) {
    const document: unknown = JSON.parse(text);
    if (!isOpenVex(document)) throw new Error('it is JSON, but no OpenVEX document');
    return ofOpenVex(document);
  }
  if (/^\u{feff}?[^\n]*\bvuln_id\b/iu.test(text)) return ofCsv(text);
  return ofWhitelist(text);
}

function ofOpenVex(document: unknown): readonly ImportedDecision[] {
  return readOpenVex(document).statements.flatMap((entry) => {
    const { vulnerability, products, status, justification, impactStatement, statusNotes, actionStatement } = entry;
    const all = products.length === 0 ? [null] : products;
    return all.map((product) => ({
      vulnerability: vulnerability.name || null,
      ...(product === null ? { package: null, version: null } : ofPackageUrl(product)),
      status,
      reason: verdictReasons.find((reason) => verdictTypes[reason].justification === justification) ?? null,
      statement: impactStatement ?? statusNotes ?? actionStatement,
      links: [],
      until: null,
      entry: { ...entry, products: product === null ? [] : [product] },
    }));
  });
}

/** `pkg:nix/xz@5.6.1?arch=…`; what is no package URL is taken for a name. */
function ofPackageUrl(text: string): { readonly package: string; readonly version: string | null } {
  const purl = parsePackageUrl(text);
  return { package: purl?.name ?? text.split('/').at(-1) ?? text, version: purl?.version ?? null };
}

function ofCsv(text: string): readonly ImportedDecision[] {
  return readDecisionCsv(text).map(({ cells }) => {
    const said = (...names: readonly string[]) => names.map((name) => cells[name]).find((cell) => cell) ?? null;
    const kept = said('whitelist');
    return {
      vulnerability: said('vuln_id', 'vulnerability', 'cve'),
      package: said('package', 'pname'),
      version: said('version'),
      status: kept !== null && /^(false|0|no)$/i.test(kept) ? 'affected' : said('status'),
      reason: verdictReasons.find((reason) => reason === said('reason')) ?? null,
      statement: said('statement', 'comment'),
      links: linksIn(`${said('evidence', 'reference', 'issue_url') ?? ''} ${said('comment') ?? ''}`),
      until: said('until'),
      entry: cells,
    };
  });
}

function ofWhitelist(text: string): readonly ImportedDecision[] {
  return readVulnixWhitelist(text).flatMap((entry) => {
    const shared = {
      package: entry.pname,
      version: entry.version,
      status: null,
      reason: null,
      statement: entry.comment,
      links: [...entry.issueUrls, ...linksIn(entry.comment ?? '')],
      until: entry.until,
    };
    return (entry.cves ?? [null]).map((cve) => ({
      ...shared,
      vulnerability: cve === null || /^CVE-/i.test(cve) ? cve : /^\d{4}-\d+$/.test(cve) ? `CVE-${cve}` : cve,
      entry: { ...entry, cves: cve === null ? null : [cve] },
    }));
  });
}

function linksIn(text: string): readonly string[] {
  return text.match(/https?:\/\/[^\s"'<>)\]]+/g) ?? [];
}
