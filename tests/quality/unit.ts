import type { Advisory } from '../../src/pipeline/advisories/index.ts';
import type { Instance } from '../../src/pipeline/catalog/index.ts';

/** One labelled question: does the vulnerability affect this version of the package? */
export interface Unit {
  readonly instance: Instance;
  readonly advisory: Advisory;
  readonly label: 'affected' | 'not_affected' | 'unclear';
  /** The kind of difficulty, or where the label is from. */
  readonly mode: string;
}

/** What the matcher says to it: `affected` by itself, `queue` a person is asked. */
export type Answer = 'affected' | 'queue' | 'no';

export function nameOf({ instance, advisory }: Unit): string {
  return `${instance.pname} ${instance.version} ${advisory.id}`;
}
