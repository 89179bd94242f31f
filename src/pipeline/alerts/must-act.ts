import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { SeverityBand } from '../advisories/index.ts';
import type { InputStanding, Standing } from '../consumers/index.ts';
import type { MustAct } from './model.ts';

const order: readonly SeverityBand[] = ['critical', 'high', 'medium', 'low', 'unknown'];

/**
 * Who must act, the most severe first: consumers whose locked release lacks a fix that a newer release carries, or was
 * withdrawn. A consumer that is merely behind hears nothing.
 */
export function mustAct(standings: readonly Standing[]): readonly MustAct[] {
  return standings
    .flatMap(({ consumer, inputs }) => inputs.flatMap((input) => actionOf(consumer, input)))
    .sort(
      (a, b) => rank(a.band) - rank(b.band) || b.fixes.length - a.fixes.length || compareText(a.consumer, b.consumer),
    );
}

function actionOf(consumer: Standing['consumer'], standing: InputStanding): readonly MustAct[] {
  if (standing.kind !== 'behind') return [];
  if (standing.missing.length === 0 && !standing.yanked) return [];
  const { input } = standing;
  const target = simplifiedVersion(standing.targetVersion);
  return [
    {
      consumerId: consumer.id,
      consumer: consumer.name,
      input: input.input,
      flake: `${input.organisation}/${input.flake}`,
      fromVersion: input.version,
      toVersion: standing.targetVersion,
      band: worstBand(standing.missing.map((fix) => fix.band)),
      yanked: standing.yanked,
      fixes: [...standing.missing].sort(
        (a, b) => rank(asBand(a.band)) - rank(asBand(b.band)) || compareText(a.advisoryId, b.advisoryId),
      ),
      packages: sortedUnique(standing.missing.map((fix) => fix.attr)),
      advisoryIds: sortedUnique(standing.missing.map((fix) => fix.advisoryId)),
      command: `nix flake update ${shellWord(input.input)}`,
      firstChange: standing.reachable
        ? null
        : `The URL of input ${input.input} asks for ${input.requirement ?? 'one fixed release'}, which shuts out ${target}: widen it to /${majorRange(target)} first.`,
    },
  ];
}

/** The most severe of some bands; `unknown` when there are none. */
export function worstBand(bands: readonly string[]): SeverityBand {
  return bands.map(asBand).sort((a, b) => rank(a) - rank(b))[0] ?? 'unknown';
}

function asBand(text: string): SeverityBand {
  return order.find((band) => band === text) ?? 'unknown';
}

function rank(band: SeverityBand): number {
  return order.indexOf(band);
}

function majorRange(version: string): string {
  return version.split('.')[0] ?? version;
}

function sortedUnique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort(compareText);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Input names come from a lock file that anyone may write; the command is there to be pasted. */
function shellWord(text: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9_./-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
