import { idAt } from '../../../formats/json/shape.ts';
import { isOpenVex, type OpenVexStatement, readOpenVex } from '../../../formats/openvex/read-openvex.ts';
import { type OsvAffected, type OsvRecord, readOsv } from '../../../formats/osv/read-osv.ts';
import type { FeedRecord, Statement } from '../model.ts';
import { blankRecord } from '../normalising/blank-record.ts';
import { distributionPackage } from '../normalising/distribution-package.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { recordOfOsv } from '../osv/normalise.ts';

/** Either form that Canonical publishes. Both speak of its own packages only. */
export function normaliseUbuntu(value: unknown, context: NormaliseContext): FeedRecord {
  return isOpenVex(value) ? ofVex(value, context) : ofOsv(readOsv(value), context);
}

function ofOsv(osv: OsvRecord, context: NormaliseContext): FeedRecord {
  const rating = osv.severity.find(({ type }) => type === 'Ubuntu')?.score ?? null;
  const record = recordOfOsv({ ...osv, affected: [] }, context);
  return {
    ...record,
    upstream: osv.upstream.length > 0 ? osv.upstream : upstreamOf(osv.id),
    statements: osv.affected.flatMap((entry) => statementOf(entry, rating)),
  };
}

/** Records before schema 1.7 name their CVE only in their own id. */
function upstreamOf(id: string): readonly string[] {
  const [, cve] = /^UBUNTU-(CVE-\d{4}-\d{4,})$/.exec(id) ?? [];
  return cve === undefined ? [] : [cve];
}

function statementOf(entry: OsvAffected, rating: string | null): readonly Statement[] {
  if (entry.package === null) return [];
  const { name, ecosystem } = entry.package;
  const fixed = entry.ranges.flatMap(({ events }) => events).find(({ kind }) => kind === 'fixed');
  return [
    {
      product: `${name}/${ecosystem.replace(/^Ubuntu:/, '')}`,
      status: fixed === undefined ? 'affected' : 'fixed',
      version: fixed?.version ?? null,
      justification: null,
      text: rating,
    },
  ];
}

function ofVex(value: unknown, { source, now }: NormaliseContext): FeedRecord {
  const vex = readOpenVex(value);
  const [first] = vex.statements;
  const id = idAt(first?.vulnerability.name, 'statements.0.vulnerability.name', /^CVE-\d{4}-\d{4,}$/);
  const links = first?.vulnerability.aliases.filter((alias) => alias.startsWith('https://')) ?? [];
  return {
    ...blankRecord(source, id),
    publishedAt: plausibleInstant(first?.timestamp ?? null, now),
    modifiedAt: plausibleInstant(vex.lastUpdated ?? vex.timestamp, now),
    details: first?.vulnerability.description ?? '',
    references: links.map((url) => ({ type: 'WEB', url })),
    statements: vex.statements.filter(({ vulnerability }) => vulnerability.name === id).flatMap(statementsOf),
  };
}

const statuses = ['fixed', 'not_affected', 'affected', 'under_investigation'] as const;

/** Of the source packages: the built ones repeat them. */
function statementsOf(told: OpenVexStatement): readonly Statement[] {
  const status = statuses.find((known) => known === told.status) ?? 'unknown';
  return told.products.flatMap((purl) => {
    // Looked for before anything is read: documents have thousands of built packages.
    const product = purl.includes('arch=source') ? distributionPackage(purl) : null;
    if (product?.architecture !== 'source') return [];
    return [
      {
        product: product.distribution === null ? product.name : `${product.name}/${product.distribution}`,
        status,
        version: product.version,
        justification: told.justification,
        text: told.actionStatement ?? told.impactStatement ?? told.statusNotes,
      },
    ];
  });
}
