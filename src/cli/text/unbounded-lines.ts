import type { Page, UnboundedRow } from '../../http/index.ts';
import { columns } from './columns.ts';

/** A line for each vulnerability, with the packages that it may concern. */
export function unboundedLines({ items, total, next }: Page<UnboundedRow>): readonly string[] {
  if (items.length === 0) return ['Nothing here: every record that may concern a package says where it ends.'];
  return [
    `${total} vulnerabilities may concern packages, but no record says where they end. None of them is an open finding.`,
    ...columns(
      items.map(({ advisoryId, band, packages }) => [
        `  ${advisoryId}`,
        band,
        packages.map(({ channel, attr, version }) => `${attr} ${version} (${channel})`).join(', '),
      ]),
    ),
    ...(next === null ? [] : [`  More: snowguard triage unbounded --after ${next}`]),
    'Why: snowguard explain CVE PACKAGE. Into the queue: snowguard triage unbounded --take CVE',
  ];
}
