import type { PublishedLine } from './model.ts';

/** Where a channel stands, in a word or two: `under investigation`. */
export function lineState({ says, release }: Pick<PublishedLine, 'says' | 'release'>): string {
  if (says.kind === 'affected' && says.remedy === 'released' && release !== null) return 'fix released';
  return says.kind === 'silent' || says.kind === 'void' ? 'no longer matched' : says.kind.replaceAll('_', ' ');
}
