import { severityBands } from '../../pipeline/advisories/index.ts';
import type { FindingState } from '../../pipeline/findings/index.ts';
import type { FindingQuery, QuarantineQuery, TextQuery } from '../ports.ts';

const rowsOnAPage = 50;
const states: readonly FindingState[] = ['open', 'under_investigation', 'fixed', 'not_affected', 'retracted'];

type Parameters = Readonly<Record<string, string>>;

/** Pages read their query leniently: what cannot be meant is left out, never an error. */
export function textQueryOf({ q = '', after }: Parameters): TextQuery {
  return { text: q.trim().slice(0, 200), after: afterOf(after), limit: rowsOnAPage };
}

export function findingQueryOf({ order, band, state, after }: Parameters): FindingQuery {
  return {
    order: order === 'risk' ? 'risk' : 'breach',
    band: severityBands.find((known) => known === band) ?? null,
    state: state === 'any' ? null : (states.find((known) => known === state) ?? 'open'),
    after: afterOf(after),
    limit: rowsOnAPage,
  };
}

export function quarantineQueryOf({ source = '', after }: Parameters): QuarantineQuery {
  return { source: source === '' ? null : source.slice(0, 100), after: afterOf(after), limit: rowsOnAPage };
}

function afterOf(after: string | undefined): string | null {
  return after === undefined || after === '' || after.length > 500 ? null : after;
}
