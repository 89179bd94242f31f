import { assertNever } from '../../foundation/assert-never.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import type { RegistryReads } from '../ports.ts';
import { type Problem, problems } from '../problem.ts';
import { noMatchText, resolveRange } from './resolve-range.ts';

type FindOutcome =
  | { readonly kind: 'release'; readonly release: Release }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** The release that a flake's range leads to, or what to tell whoever asked for it. */
export async function findRelease(
  { releasesOf }: Pick<RegistryReads, 'releasesOf'>,
  { organisation, flake, range }: { readonly organisation: string; readonly flake: string; readonly range: string },
): Promise<FindOutcome> {
  const all = await releasesOf(organisation, flake);
  const first = all[0];
  if (first === undefined) return { kind: 'problem', problem: noSuchFlake(organisation, flake) };
  const outcome = resolveRange(all, range);
  switch (outcome.kind) {
    case 'release':
      return outcome;
    case 'none': {
      const name = `${first.organisation}/${first.flake}`;
      return { kind: 'problem', problem: problems.notFound(noMatchText(name, range, outcome.newest)) };
    }
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
