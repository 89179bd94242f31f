import {
  type Coverage,
  coverageOf,
  findInputs,
  isNixpkgs,
  lockPaths,
  type SetFacts,
} from '../../pipeline/consumers/index.ts';
import { sourceOf } from './ask-affected.ts';
import type { FactsQuestion, FactsSource } from './facts-source.ts';
import { readSubject, type Subject } from './read-subject.ts';

/** How much of a lock, closure, graph or bill is under the promise. */
export type CoverageAnswer =
  | { readonly kind: 'components'; readonly subject: string; readonly answeredBy: string; readonly coverage: Coverage }
  | {
      readonly kind: 'lock';
      readonly subject: string;
      readonly answeredBy: string;
      readonly inputs: readonly InputCoverage[];
    };

/** A lock tells no packages: what each Nixpkgs in it could give, and how much of that is covered. */
export interface InputCoverage {
  readonly input: string;
  /** `acme/secure` at which version; null for a Nixpkgs that is none of the set. */
  readonly release: string | null;
  readonly covered: number;
  readonly packages: number | null;
}

export async function askCoverage(
  question: FactsQuestion & { readonly named: readonly string[] },
): Promise<{ readonly answer: CoverageAnswer; readonly source: FactsSource }> {
  const subject = await readSubject(question.named, question);
  const source = await sourceOf(subject, question);
  const common = { subject: subject.name, answeredBy: source.name };
  return {
    source,
    answer:
      subject.kind === 'components'
        ? { kind: 'components', ...common, coverage: coverageOf(subject.components, source.facts) }
        : { kind: 'lock', ...common, inputs: inputsOf(subject, source.facts) },
  };
}

function inputsOf({ lock }: Extract<Subject, { readonly kind: 'lock' }>, facts: SetFacts): readonly InputCoverage[] {
  const ours = findInputs(lock).filter(({ releaseUuid }) => facts.releases.some(({ uuid }) => uuid === releaseUuid));
  const covered = new Set(facts.covered.map(({ attr }) => attr));
  const known = new Set(ours.map(({ input }) => input));
  return [
    ...ours.map(({ input, organisation, flake, version, releaseUuid }) => {
      const channel = facts.releases.find(({ uuid }) => uuid === releaseUuid)?.channel;
      const attrs = new Set(facts.packages.flatMap((entry) => (entry.channel === channel ? [entry.attr] : [])));
      return {
        input,
        release: `${organisation}/${flake} ${version}`,
        covered: [...attrs].filter((attr) => covered.has(attr)).length,
        packages: attrs.size,
      };
    }),
    ...lockPaths(lock)
      .filter((locked) => !known.has(locked.path.join('/')) && isNixpkgs(locked))
      .map(({ path }) => ({ input: path.join('/'), release: null, covered: 0, packages: null })),
  ];
}
