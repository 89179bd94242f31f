import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { order } from '../../foundation/order.ts';
import { type SeverityBand, severityBands } from '../advisories/index.ts';
import type { InputStanding, Standing } from '../consumers/index.ts';
import type { MustAct } from './model.ts';

/**
 * Who must act, the most severe first: consumers whose locked release lacks a fix that a newer release carries, or was
 * withdrawn. Where it is known what runs, only a fix of that counts, and one that the lock has and what runs lacks counts
 * too. A consumer that is merely behind hears nothing.
 */
export function mustAct(standings: readonly Standing[]): readonly MustAct[] {
  return standings
    .flatMap((standing) => standing.inputs.flatMap((input) => actionOf(standing, input)))
    .sort((a, b) => rank(a.band) - rank(b.band) || b.fixes.length - a.fixes.length || order(a.consumer, b.consumer));
}

function actionOf({ consumer, closure }: Standing, standing: InputStanding): readonly MustAct[] {
  if (standing.kind === 'unknown') return [];
  const { input, undeployed = [] } = standing;
  const behind = standing.kind === 'behind' && (standing.missing.length > 0 || standing.yanked) ? standing : null;
  // The update brings what was not deployed too.
  const fixes = [...(behind?.missing ?? []), ...undeployed];
  if (behind === null && fixes.length === 0) return [];
  return [
    {
      consumerId: consumer.id,
      consumer: consumer.name,
      input: input.input,
      step: behind === null ? 'deploy' : 'update',
      flake: `${input.organisation}/${input.flake}`,
      channel: standing.channel,
      fromVersion: input.version,
      toVersion: behind?.targetVersion ?? input.version,
      band: worstBand(fixes.map((fix) => fix.band)),
      yanked: behind?.yanked ?? false,
      fixes: fixes.sort((a, b) => rank(asBand(a.band)) - rank(asBand(b.band)) || order(a.advisoryId, b.advisoryId)),
      packages: sortedUnique(fixes.map((fix) => fix.attr)),
      advisoryIds: sortedUnique(fixes.map((fix) => fix.advisoryId)),
      isHeld: closure !== undefined,
      ...(behind === null ? deploymentOf(consumer.name) : updateOf(behind)),
    },
  ];
}

function updateOf({
  input,
  targetVersion,
  reachable,
}: Extract<InputStanding, { readonly kind: 'behind' }>): Pick<MustAct, 'command' | 'firstChange'> {
  const target = simplifiedVersion(targetVersion);
  return {
    command: `nix flake update ${shellWord(input.input)}`,
    firstChange: reachable
      ? null
      : `The URL of input ${input.input} asks for ${input.requirement ?? 'one fixed release'}, which shuts out ${target}: widen it to /${majorRange(target)} first.`,
  };
}

function deploymentOf(consumer: string): Pick<MustAct, 'command' | 'firstChange'> {
  return {
    command: `nix build && snowguard consumer closure set ${shellWord(consumer)} ./result`,
    firstChange: 'The lock has it already: build and deploy what runs, then say so.',
  };
}

/** The most severe of some bands; `unknown` when there are none. */
export function worstBand(bands: readonly string[]): SeverityBand {
  return bands.map(asBand).sort((a, b) => rank(a) - rank(b))[0] ?? 'unknown';
}

function asBand(text: string): SeverityBand {
  return severityBands.find((band) => band === text) ?? 'unknown';
}

function rank(band: SeverityBand): number {
  return severityBands.indexOf(band);
}

function majorRange(version: string): string {
  return version.split('.')[0] ?? version;
}

function sortedUnique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort(order);
}

/** Input names come from a lock file that anyone may write; the command is there to be pasted. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
