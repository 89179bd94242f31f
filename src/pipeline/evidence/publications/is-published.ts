import type { JournalEvent } from '../../../journal/index.ts';

type Told = Pick<JournalEvent, 'kind' | 'actor'>;

/** By these a person says where a finding stands, for everybody to see. */
const statesByPeople = new Set(
  [
    'claimed',
    'affected',
    'answered',
    'upstream-reported',
    'fix-started',
    'dismissed',
    'verdict-approved',
    'determination-withdrawn',
    'risk-accepted',
    'retracted',
    'reopened',
  ].map((name) => `finding.${name}`),
);

/** What may bring two names of one vulnerability together. */
const names = new Set(['finding.opened', 'finding.renamed', 'finding.retracted', 'finding.reopened']);

/** Whether the event puts what it is about before the world: a person's word, or a release with the fix. */
export function publishes({ kind, actor }: Told): boolean {
  return kind === 'finding.released' || (actor !== 'robot' && statesByPeople.has(kind));
}

/** Whether ids have to be looked at after the event. */
export function concernsIds(event: Told): boolean {
  return publishes(event) || names.has(event.kind);
}
