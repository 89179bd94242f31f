import type { Page, UnboundedRow } from '../../http/index.ts';
import type { ApartList } from '../../pipeline/matching/index.ts';
import { columns } from './columns.ts';

const words: Readonly<Record<ApartList, { readonly nothing: string; readonly some: string }>> = {
  unbounded: {
    nothing: 'Nothing here: every record that may concern a package says where it ends.',
    some: 'vulnerabilities may concern packages, but no record says where they end. None of them is an open finding.',
  },
  elsewhere: {
    nothing: 'Nothing here: whatever another distribution fixed, our records speak of as well.',
    some: 'vulnerabilities were fixed by another distribution, and no record tells whether ours has them. None of them is an open finding.',
  },
};

/** A line for each vulnerability, with the packages that it may concern. */
export function unboundedLines(list: ApartList, { items, total, next }: Page<UnboundedRow>): readonly string[] {
  if (items.length === 0) return [words[list].nothing];
  return [
    `${total} ${words[list].some}`,
    ...columns(
      items.map(({ advisoryId, band, packages }) => [
        `  ${advisoryId}`,
        band,
        packages
          .map(
            ({ channel, attr, version, fixedIn }) =>
              `${attr} ${version}${fixedIn === null ? '' : `, fixed in ${fixedIn}`} (${channel})`,
          )
          .join(', '),
      ]),
    ),
    ...(next === null
      ? []
      : [`  More: snowguard triage unbounded${list === 'elsewhere' ? ' --kind elsewhere' : ''} --after ${next}`]),
    'Why: snowguard explain CVE PACKAGE. Into the queue: snowguard triage unbounded --take CVE',
  ];
}
