import { assertNever } from '../../foundation/assert-never.ts';
import type { PlacedRelease, RegistryFlake } from '../../pipeline/releases/index.ts';
import { type Problem, problems } from '../problem.ts';
import { noMatchText, resolveRange } from './resolve-range.ts';
import type { RegistryView } from './view.ts';

export type FindOutcome =
  | { readonly kind: 'release'; readonly flake: RegistryFlake; readonly placed: PlacedRelease }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** The release that a flake's range leads to, or what to tell whoever asked for it. */
export function findRelease(
  view: Pick<RegistryView, 'flake'>,
  given: { readonly organisation: string; readonly flake: string; readonly range: string },
): FindOutcome {
  const { organisation, range } = given;
  const flake = view.flake(organisation, given.flake);
  if (flake === null) return { kind: 'problem', problem: noSuchFlake(organisation, given.flake) };
  const outcome = resolveRange(flake, range);
  switch (outcome.kind) {
    case 'release':
      return { ...outcome, flake };
    case 'none':
      return { kind: 'problem', problem: problems.notFound(noMatchText(flake, range)) };
    case 'malformed': {
      const detail = `"${range.slice(0, 60)}" is not a version range: ${outcome.reason}`;
      return { kind: 'problem', problem: problems.badRequest(detail) };
    }
    default:
      return assertNever(outcome);
  }
}

export function noSuchFlake(organisation: string, flake: string): Problem {
  return problems.notFound(`there is no flake ${`${organisation}/${flake}`.slice(0, 120)} here`);
}
