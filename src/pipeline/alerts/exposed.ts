import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { Standing } from '../consumers/index.ts';
import type { Exposed } from './model.ts';
import { worstBand } from './must-act.ts';
import { type AlertFacts, bodWords, levelOf, type PlannedMessage, pageOf, severityWords } from './planned-message.ts';

/** Who holds what no release fixes yet: there is nothing to run, and they are told so with their next digest. */
export function exposedOf(standings: readonly Standing[]): readonly Exposed[] {
  return standings.flatMap(({ consumer, inputs }) =>
    inputs.flatMap((standing) =>
      standing.kind === 'unknown' || standing.exposures.length === 0
        ? []
        : [{ consumerId: consumer.id, consumer: consumer.name, input: standing.input, exposures: standing.exposures }],
    ),
  );
}

const mostMitigation = 500;

function clip(text: string): string {
  return text.length <= mostMitigation ? text : `${text.slice(0, mostMitigation)}…`;
}

/** One message for each input of a consumer that holds such; when a release fixes it, they are told what to run. */
export function exposedMessages(facts: AlertFacts, sequence: number): readonly PlannedMessage[] {
  return facts.exposed.map(({ consumerId, consumer, input, exposures }) => {
    const base = `exposed|${consumerId}|${input.input}`;
    const count = exposures.length === 1 ? 'one vulnerability' : `${exposures.length} vulnerabilities`;
    const advisoryIds = [...new Set(exposures.map(({ advisoryId }) => advisoryId))].sort();
    const isExploited = ({ findingId }: (typeof exposures)[number]) =>
      facts.findings.get(findingId)?.finding.knownExploited === true;
    return {
      sequence,
      forgets: [],
      topics: exposures.map((exposure) => ({
        topic: `${base}|${exposure.advisoryId}|${exposure.attr}`,
        level: levelOf(exposure.band, isExploited(exposure)),
      })),
      message: {
        kind: 'exposed',
        urgency: 'normal',
        subject: `${consumer}: ${count} in ${input.input} without a release that fixes it, nothing to run yet`,
        lead: 'The newest release has it too. As soon as one holds a fix you are told what to run.',
        facts: [
          { name: 'Consumer', value: consumer },
          { name: 'Input', value: `${input.input} (${input.organisation}/${input.flake})` },
          { name: 'Locked', value: simplifiedVersion(input.version) },
        ],
        lines: exposures.map((exposure) => {
          const what = `${exposure.advisoryId} (${severityWords(exposure.band, isExploited(exposure))}) in ${exposure.attr}`;
          const mitigation = facts.says?.mitigationOf(exposure.findingId) ?? null;
          const bod = bodWords(facts, exposure.findingId, consumer);
          return [what, mitigation === null ? '' : `until then: ${clip(mitigation)}`, bod]
            .filter((part) => part !== '')
            .join('. ');
        }),
        command: null,
        links: [
          { label: 'Where it stands', url: '/consumers' },
          ...advisoryIds.slice(0, 3).map((id) => ({ label: id, url: pageOf(id) })),
        ],
        dedupeKey: base,
        incident: null,
        concerns: exposures.map(({ findingId, advisoryId, attr }) => ({ consumer, findingId, advisoryId, attr })),
        about: {
          advisoryIds,
          packages: [...new Set(exposures.map(({ attr }) => attr))].sort(),
          channels: [],
          consumers: [consumer],
          band: worstBand(exposures.map(({ band }) => band)),
          subscriber: null,
        },
      },
    };
  });
}
