import type { EpochMs } from '../../foundation/clock.ts';
import type { Match } from '../matching/index.ts';
import type { Fact, FactKind } from './sla/facts.ts';

/** The patches of a package as one text, to compare. */
export function patchesOf(match: Match): string {
  return JSON.stringify([...match.patch.patches].sort());
}

/** Who says what of a match as one text, to compare; of no match, nobody. */
export function attributionsOf(match: Match | null): string {
  const said = (match?.ranges ?? []).map(({ source, recordId, outcome }) => `${source}/${recordId}/${outcome}`);
  return JSON.stringify(said.sort());
}

/** One place of a channel holds one finding. */
export function placeOf(attr: string, advisoryId: string): string {
  return `${attr}\n${advisoryId}`;
}

export function robotFact(kind: FactKind, at: EpochMs): Fact {
  return { ...kind, at, recordedAt: at, precision: 'instant', source: 'snowguard', evidence: null, actor: 'robot' };
}
