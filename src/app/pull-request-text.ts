import { simplifiedVersion } from '../formats/nix/flake-version.ts';
import { toIsoDay } from '../foundation/clock.ts';
import { severityBands } from '../pipeline/advisories/index.ts';
import type { SetFacts } from '../pipeline/consumers/index.ts';
import { versionStep } from '../pipeline/releases/index.ts';
import type { Move } from './check-lock.ts';

type Release = SetFacts['releases'][number];

export interface LockUpdate {
  readonly input: string;
  readonly flake: string;
  readonly move: Move;
  readonly target: Release;
  /** The releases that come in, newest first. */
  readonly between: readonly Release[];
}

/** What a pull request says that moves a lock. */
export function pullRequestOf(
  updates: readonly LockUpdate[],
  server: string,
): { readonly title: string; readonly body: string } {
  if (updates.length === 0) return { title: '', body: '' };
  const bands = updates.flatMap(({ move }) => move.fixes.map(({ band }) => band));
  const counts = severityBands
    .map((band) => [band, bands.filter((each) => each === band).length] as const)
    .filter(([, count]) => count > 0)
    .map(([band, count]) => `${count} ${band === 'unknown' ? 'unrated' : band}`);
  const names = updates.map(({ input, target }) => `${input} to ${simplifiedVersion(target.version)}`).join(', ');
  return {
    title: `flake.lock: ${names}${counts.length === 0 ? '' : ` (${counts.join(', ')})`}`,
    body: updates.flatMap((update) => partOf(update, server)).join('\n'),
  };
}

function partOf({ input, flake, move, target, between }: LockUpdate, server: string): readonly string[] {
  return [
    `## ${escaped(input)}: ${escaped(flake)} ${simplifiedVersion(move.fromVersion)} to ${simplifiedVersion(target.version)}`,
    '',
    ...(move.yanked ? ['The release that was locked is **withdrawn**.', ''] : []),
    ...(move.fixes.length === 0
      ? []
      : [
          '| vulnerability | severity | package | promised until |',
          '|---|---|---|---|',
          ...move.fixes.map((fix) =>
            [
              '',
              ` [${escaped(fix.advisoryId)}](${server}/cve/${encodeURIComponent(fix.advisoryId)}) `,
              ` ${escaped(fix.band === 'unknown' ? 'unrated' : fix.band)} `,
              ` ${escaped(`${fix.attr} ${versionStep(fix)}`)} `,
              ` ${fix.dueAt === null ? '' : fix.dueAt.slice(0, 10)}${fix.overdue ? ' **overdue**' : ''} `,
              '',
            ].join('|'),
          ),
          '',
        ]),
    '<details><summary>Releases that come in</summary>',
    '',
    ...between.map(
      ({ version, uuid, publishedAt, fixes }) =>
        `- [${escaped(simplifiedVersion(version))}](${server}/releases/${uuid}), ${toIsoDay(publishedAt)}: ${fixes.length === 0 ? 'no fix of a known vulnerability' : escaped([...new Set(fixes.map((fix) => `${fix.attr} ${versionStep(fix)}`))].join(', '))}`,
    ),
    '',
    '</details>',
    '',
  ];
}

function escaped(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').replaceAll(/[\\`*_{}[\]()#+!|<>~]/g, String.raw`\$&`);
}
