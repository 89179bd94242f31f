import { toIso } from '../../foundation/clock.ts';
import { eventOf, lineState, type PublishedAdvisory } from '../../pipeline/evidence/index.ts';
import { columns } from './columns.ts';

/** One line an advisory: `XSP-2027-00001  CVE-2024-3094  xz  rolling: fixed, 26.11: not affected`. */
export function advisoryLines(advisories: readonly PublishedAdvisory[]): readonly string[] {
  if (advisories.length === 0)
    return ['Nothing is published yet: an id is given when a person first says where a finding stands.'];
  return columns(
    advisories.map(({ id, attr, vulnerability, lines, withdrawn }) => [
      id,
      vulnerability.id,
      attr,
      withdrawn === null
        ? lines.map((line) => `${line.channel}: ${lineState(line)}`).join(', ')
        : `withdrawn${withdrawn.by === null ? '' : `, see ${withdrawn.by}`}`,
    ]),
  );
}

/** One advisory with all that happened. */
export function advisoryPageLines(advisory: PublishedAdvisory): readonly string[] {
  const { id, attr, vulnerability, lines, events, withdrawn } = advisory;
  return [
    `${id}: ${vulnerability.id} in ${attr}`,
    vulnerability.title,
    `Also known as ${vulnerability.names.join(', ')}`,
    ...(withdrawn === null ? [] : [`Withdrawn${withdrawn.by === null ? '' : `: see ${withdrawn.by}`}`]),
    '',
    ...columns(lines.map((line) => [line.channel, line.version, lineState(line), line.release?.version ?? ''])),
    '',
    ...events.map((event) => {
      const { at: _, type, line = '', ...said } = eventOf(event);
      const words = Object.entries(said).map(([name, value]) => `${name.replaceAll('_', ' ')} ${String(value)}`);
      return [toIso(event.at), line, type.replaceAll('_', ' '), ...words].filter((text) => text !== '').join('  ');
    }),
  ];
}
