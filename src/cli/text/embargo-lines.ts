import { toIso } from '../../foundation/clock.ts';
import { embargoEventText, embargoEventWords } from '../../http/embargo-words.ts';
import type { EmbargoPage } from '../../http/index.ts';
import type { Embargo } from '../../pipeline/embargoes/index.ts';
import { columns } from './columns.ts';

export function embargoRows(embargoes: readonly Embargo[]): readonly string[] {
  if (embargoes.length === 0) return ['You were let into no embargo.'];
  return columns(
    embargoes.map(({ id, endsAt, ended, report }) => [
      id,
      ended === null ? `public ${toIso(endsAt)}` : `public since ${toIso(ended.at)}`,
      report.summary,
    ]),
  );
}

export function embargoLines({ embargo, band, clocks }: EmbargoPage): readonly string[] {
  const { id, report, endsAt, ended, claimedBy, circle, cases, history } = embargo;
  return [
    `${id}: ${report.summary} (${band})`,
    ended === null
      ? `Public on ${toIso(endsAt)}, or as soon as somebody else publishes it.`
      : `Public since ${toIso(ended.at)}: ${ended.reason}${ended.advisoryId === null ? '' : `; see ${ended.advisoryId}`}.`,
    `Told to ${report.reported_to}. ${claimedBy === null ? 'Nobody works on it.' : `${claimedBy} works on it.`}`,
    ...(report.details === '' ? [] : ['', report.details]),
    '',
    `Who knows: ${circle.map(({ person }) => person).join(', ')}`,
    ...(cases.length === 0 ? ['No channel carries an affected version.'] : []),
    ...columns(
      cases.map(({ channel, attr, version, isAffected }) => [
        `  ${attr} ${version ?? ''}`,
        channel,
        isAffected ? 'affected' : 'not affected any more',
      ]),
    ),
    ...columns(
      clocks.flatMap(({ of, clocks: own }) =>
        own.map(({ name, dueAt, state }) => [
          `  ${name}`,
          `${of.attr} in ${of.channel}`,
          dueAt === null ? 'not computed' : `due ${toIso(dueAt)}`,
          state.replaceAll('_', ' '),
        ]),
      ),
    ),
    '',
    ...history.flatMap((event) => [
      `${toIso(event.at)}  ${event.actor}: ${embargoEventWords(event)}`,
      ...(embargoEventText(event)
        ?.split('\n')
        .map((line) => `    ${line}`) ?? []),
    ]),
  ];
}
