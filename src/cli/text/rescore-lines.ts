import type { RescoreRead } from '../../http/index.ts';
import type { StoredMatch } from '../../pipeline/matching/index.ts';
import { columns } from './columns.ts';

const signs = { appeared: '+', vanished: '-', changed: '~' } as const;

/** The difference of each channel: `+` appears, `-` vanishes, `~` is answered otherwise. */
export function rescoreLines(rescores: readonly RescoreRead[]): readonly string[] {
  if (rescores.length === 0) return ['Nothing waits: every channel is matched by the algorithm of this version.'];
  return rescores.flatMap(({ shadow, items, next, total }) => [
    `${shadow.channel}: algorithm ${shadow.newerAlgorithm} against ${shadow.algorithm}: ${shadow.appeared} appear, ${shadow.vanished} vanish, ${shadow.changed} change; ${shadow.held} held open`,
    ...columns(
      items.map(({ kind, attr, advisoryId, before, after, isHeld }) => [
        `  ${signs[kind]}`,
        attr,
        advisoryId,
        `${answer(before)} → ${answer(after)}`,
        isHeld ? 'held' : '',
      ]),
    ),
    ...(next === null ? [] : [`  … ${(total ?? items.length) - items.length} more: --limit ${total}`]),
    `  Adopt it: snowguard rescore --channel ${shadow.channel} --adopt --reason "…"`,
  ]);
}

function answer(found: StoredMatch | null): string {
  return found === null ? 'no match' : `${found.match.status} ${found.match.score}`;
}
