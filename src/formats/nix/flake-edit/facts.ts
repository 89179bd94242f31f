import type { Flake } from './flake.ts';
import { refuse } from './refusal.ts';

/** What a flake states, by place: the source text of each value, without comments and layout around it. */
export type Facts = ReadonlyMap<string, string>;

export function factsOf({ source, others, leaves, outputs }: Flake): Facts {
  const facts = new Map<string, string>();
  const state = (place: readonly string[], text: string) => {
    const key = placeKey(place);
    if (facts.has(key)) refuse(`${place.join('.')} is set twice`);
    facts.set(key, text);
  };
  const slice = (part: { readonly start: number; readonly end: number }) => source.text.slice(part.start, part.end);
  for (const { names, value } of others) state(names, slice(value));
  for (const { names, value } of leaves) state(['inputs', ...names], slice(value));
  if (outputs === null) return facts;
  const { value } = outputs.binding;
  if (outputs.function.kind !== 'named') {
    state(['outputs'], slice(value));
    return facts;
  }
  const { names, rest, all, bodyStart } = outputs.function;
  for (const argument of names) state(argumentPlace(argument.name), slice(argument));
  state(['outputs', '…'], `${rest !== null} ${all}`);
  state(['outputs'], slice({ start: bodyStart, end: value.end }));
  return facts;
}

export function placeKey(place: readonly string[]): string {
  return JSON.stringify(place);
}

export function argumentPlace(name: string): readonly string[] {
  return ['outputs', 'takes', name];
}

export function areSame(a: Facts, b: Facts): boolean {
  return a.size === b.size && [...a].every(([place, text]) => b.get(place) === text);
}
