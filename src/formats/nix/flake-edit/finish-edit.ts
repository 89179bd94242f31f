import { areSame, type Facts, factsOf, placeKey } from './facts.ts';
import { type Flake, readFlake } from './flake.ts';
import { applyEdits, type Edit } from './placement.ts';
import { type Refused, refuse } from './refusal.ts';

export type FlakeEditOutcome =
  | { readonly kind: 'edited'; readonly text: string }
  | { readonly kind: 'unchanged' }
  | Refused;

/** A place of a flake and the source text that it shall state; null where it shall state nothing any more. */
export interface Intention {
  readonly place: readonly string[];
  readonly text: string | null;
}

/** Applies edits, reads the result back, and refuses it unless exactly what was intended has changed. */
export function finishEdit(
  flake: Flake,
  edits: readonly Edit[],
  intentions: readonly Intention[],
): Exclude<FlakeEditOutcome, Refused> {
  const wanted = new Map<string, string>(factsOf(flake));
  for (const { place, text } of intentions) {
    if (text === null) wanted.delete(placeKey(place));
    else wanted.set(placeKey(place), text);
  }
  const text = applyEdits(flake.source.text, edits);
  if (text === flake.source.text) return { kind: 'unchanged' };
  const written: Facts = factsOf(readFlake(text));
  return areSame(written, wanted) ? { kind: 'edited', text } : refuse('the edited file would not read as intended');
}
