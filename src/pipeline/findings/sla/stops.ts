import type { EpochMs } from '../../../foundation/clock.ts';
import type { SlaPolicy } from '../policy.ts';
import { type Fact, factsOf, isPerson, type ResponsePart } from './facts.ts';

const responseParts: readonly ResponsePart[] = ['a', 'b', 'c', 'd', 'e', 'f'];

/** When the initial response was complete: all six parts, each by a person. Null while it is not. */
export function respondedAt(facts: readonly Fact[]): EpochMs | null {
  const given = factsOf(facts, 'response');
  if (given.length < responseParts.length) return null;
  const byPeople = given.filter((fact) => isPerson(fact.actor));
  return latestOfAll(responseParts.map((part) => byPeople.filter((fact) => fact.part === part)));
}

/** When the second of two people signed the same `not_affected`, after `since`; null while that has not happened. */
export function clearedAt(facts: readonly Fact[], since: EpochMs): EpochMs | null {
  const all = factsOf(facts, 'not_affected_signed');
  if (all.length < 2) return null;
  const signed = all.filter((fact) => isPerson(fact.actor) && fact.at > since);
  const complete = [...Map.groupBy(signed, (fact) => fact.content).values()].flatMap((signatures) => {
    const firstOfEach = [...Map.groupBy(signatures, (fact) => fact.actor).values()].map((own) =>
      Math.min(...own.map((fact) => fact.at)),
    );
    return firstOfEach.length < 2 ? [] : [firstOfEach.toSorted((a, b) => a - b)[1] ?? 0];
  });
  return complete.length === 0 ? null : Math.min(...complete);
}

/** When two people accepted the risk and the customer signed that, after `since`; null while that has not happened. */
export function acceptedAt(facts: readonly Fact[], since: EpochMs): EpochMs | null {
  const signed = factsOf(facts, 'risk_accepted').filter(
    ({ customer, approvedBy, at }) => customer !== null && at > since && new Set(approvedBy.filter(isPerson)).size >= 2,
  );
  return signed.length === 0 ? null : Math.min(...signed.map(({ at }) => at));
}

/** When every required step was true of every required system, counting only what happened after `since`. */
export function doneAt(facts: readonly Fact[], done: SlaPolicy['done'], since: EpochMs): EpochMs | null {
  const all = factsOf(facts, 'done');
  if (all.length === 0) return null;
  const steps = all.filter((fact) => fact.at > since);
  return latestOfAll(
    done.require.flatMap((step) => {
      const own = steps.filter((fact) => fact.step === step);
      if (step !== 'cached' && step !== 'verified') return [own];
      return done.systems.map((system) => own.filter((fact) => fact.system === system));
    }),
  );
}

export function earlier(a: EpochMs | null, b: EpochMs | null): EpochMs | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function latestOfAll(groups: readonly (readonly Fact[])[]): EpochMs | null {
  let last: EpochMs | null = null;
  for (const group of groups) {
    const [first] = group;
    if (first === undefined) return null;
    const at = group.reduce((earliest, fact) => Math.min(earliest, fact.at), first.at);
    last = Math.max(last ?? at, at);
  }
  return last;
}
