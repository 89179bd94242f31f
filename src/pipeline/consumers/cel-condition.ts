import { runInNewContext } from 'node:vm';
import { messageOf } from '../../foundation/errors.ts';
import type { Condition } from './check-nixpkgs.ts';

export type ConditionOutcome =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'malformed'; readonly reason: string };

const maxCharacters = 4000;
const timeoutMs = 2000;

/** Compiles a condition in CEL, with the functions that users of `flake-checker` (cel-rust) have beside the standard ones. */
export async function celCondition(text: string): Promise<ConditionOutcome> {
  if (text.length > maxCharacters)
    return { kind: 'malformed', reason: `it is longer than ${maxCharacters} characters` };
  const { Environment } = await import('@marcbachmann/cel-js');
  const environment = new Environment({ limits: { maxAstNodes: 1000, maxDepth: 100 } })
    .registerVariable('gitRef', 'string')
    .registerVariable('owner', 'string')
    .registerVariable('numDaysOld', 'int')
    .registerVariable('supportedRefs', 'list<string>')
    .registerVariable('refStatuses', 'map<string, string>')
    .registerFunction('list.contains(dyn): bool', (list: readonly unknown[], item: unknown) => list.includes(item))
    .registerFunction('map.contains(dyn): bool', (map: ReadonlyMap<unknown, unknown>, key: unknown) => map.has(key))
    .registerFunction('max(dyn, dyn): dyn', (a: bigint, b: bigint) => (a < b ? b : a))
    .registerFunction('min(dyn, dyn): dyn', (a: bigint, b: bigint) => (b < a ? b : a));
  try {
    const evaluate = environment.parse(text);
    return {
      kind: 'condition',
      condition: ({ numDaysOld, refStatuses, ...rest }) => {
        const variables = {
          ...rest,
          numDaysOld: BigInt(numDaysOld),
          refStatuses: new Map(Object.entries(refStatuses)),
        };
        // Nested comprehensions and regular expressions can take for ever; this stops them also in the middle.
        const value: unknown = runInNewContext('run()', { run: () => evaluate(variables) }, { timeout: timeoutMs });
        if (typeof value === 'boolean') return value;
        throw new Error(`it gives ${value === null ? 'null' : typeof value}, not true or false`);
      },
    };
  } catch (error) {
    return { kind: 'malformed', reason: messageOf(error).slice(0, 500) };
  }
}
