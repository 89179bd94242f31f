import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { Standing } from '../consumers/index.ts';
import type { NotHeld } from './model.ts';
import { worstBand } from './must-act.ts';
import { type AlertFacts, levelOf, type PlannedMessage, pageOf, severityWords } from './planned-message.ts';

/** Whose lock lacks fixes of packages that they do not run: they need not act, and read it in their next digest. */
export function notHeldOf(standings: readonly Standing[]): readonly NotHeld[] {
  return standings.flatMap(({ consumer, inputs }) =>
    inputs.flatMap((standing) => {
      const fixes = standing.kind === 'behind' ? (standing.notHeld ?? []) : [];
      if (standing.kind !== 'behind' || fixes.length === 0) return [];
      const { input, targetVersion: toVersion } = standing;
      return [{ consumerId: consumer.id, consumer: consumer.name, input, toVersion, fixes }];
    }),
  );
}

export function notHeldMessages(facts: AlertFacts, sequence: number): readonly PlannedMessage[] {
  return facts.notHeld.map(({ consumerId, consumer, input, toVersion, fixes }) => {
    const base = `not-held|${consumerId}|${input.input}`;
    const packages = [...new Set(fixes.map(({ attr }) => attr))].sort();
    const advisoryIds = [...new Set(fixes.map(({ advisoryId }) => advisoryId))].sort();
    const to = simplifiedVersion(toVersion);
    const named = packages.length <= 3 ? packages.join(', ') : `${packages.length} packages`;
    return {
      sequence,
      forgets: [],
      topics: fixes.map((fix) => ({
        topic: `${base}|${fix.advisoryId}|${fix.attr}`,
        level: levelOf(fix.band, false),
      })),
      message: {
        kind: 'not-held',
        urgency: 'normal',
        subject: `${consumer}: ${input.input} ${to} fixes ${named}, which ${consumer} does not run`,
        lead: 'Nothing has to be done now; the next update of the lock brings it.',
        facts: [
          { name: 'Consumer', value: consumer },
          { name: 'Input', value: `${input.input} (${input.organisation}/${input.flake})` },
          { name: 'Locked', value: simplifiedVersion(input.version) },
        ],
        lines: fixes.map(
          (fix) =>
            `${fix.advisoryId} (${severityWords(fix.band, false)}) in ${fix.attr}: ${fix.fromVersion} to ${fix.toVersion}`,
        ),
        command: null,
        links: [
          { label: 'Where it stands', url: '/consumers' },
          ...advisoryIds.slice(0, 3).map((id) => ({ label: id, url: pageOf(id) })),
        ],
        dedupeKey: base,
        incident: null,
        about: {
          advisoryIds,
          packages,
          channels: [],
          consumers: [consumer],
          band: worstBand(fixes.map(({ band }) => band)),
          subscriber: null,
        },
      },
    };
  });
}
