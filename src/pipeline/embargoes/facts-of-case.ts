import type { Fact } from '../findings/index.ts';
import type { Embargo, EmbargoCase, EmbargoEvent } from './model.ts';

type Said = Pick<Embargo, 'history' | 'report'>;

/** What the clocks of a case follow from, each fact as of when it was. */
export function factsOfCase(
  { history, report }: Said,
  { attr, since }: Pick<EmbargoCase, 'attr' | 'since'>,
): readonly Fact[] {
  const matched: Fact = {
    kind: 'matched',
    at: since,
    recordedAt: since,
    precision: 'instant',
    source: 'snowguard',
    evidence: null,
    actor: 'robot',
  };
  return [matched, ...history.flatMap((event) => factsOfEvent(event, attr, report.severity !== null))];
}

function factsOfEvent(event: EmbargoEvent, attr: string, isRated: boolean): readonly Fact[] {
  const { at: recordedAt, actor } = event;
  const stamp = { recordedAt, precision: 'instant', source: 'person', actor } as const;
  if (event.kind === 'aware')
    return [{ kind: 'exploitation_aware', at: event.since, evidence: event.evidence, ...stamp }];
  if (event.kind !== 'determined' || (event.attr !== null && event.attr !== attr)) return [];
  // Whether it applies, how grave it is, and what can be done: what the public has to be told comes with the publication.
  const parts = ['a', ...(isRated ? ['b'] : []), ...(event.as === 'affected' ? ['d'] : [])] as const;
  return parts.map((part) => ({
    kind: 'response',
    part: part as 'a' | 'b' | 'd',
    at: recordedAt,
    evidence: null,
    ...stamp,
  }));
}
