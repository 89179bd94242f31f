import type { Evaluated, Inputs } from './model.ts';

/**
 * Puts attributes in the place of the inputs' store paths; only what is carried itself can be matched, the rest is left out.
 * What is named already stays: an evaluation that was looked at beside the channel is stored again when it is let in.
 */
export function nameInputs(results: readonly Evaluated[]): readonly Evaluated[] {
  const attrsOf = new Map<string, string[]>();
  for (const result of results) {
    if (result.kind !== 'instance') continue;
    const { attr, drvPath } = result.instance;
    attrsOf.set(attr, [attr]);
    if (drvPath === null) continue;
    const known = attrsOf.get(drvPath);
    if (known === undefined) attrsOf.set(drvPath, [attr]);
    else known.push(attr);
  }
  const named = (inputs: readonly string[], own: string) =>
    [...new Set(inputs.flatMap((input) => attrsOf.get(input) ?? []))].filter((attr) => attr !== own).sort();
  return results.map((result): Evaluated => {
    if (result.kind !== 'instance' || result.instance.inputs === undefined) return result;
    const { inputs: given, ...instance } = result.instance;
    const inputs: Inputs = { build: named(given.build, instance.attr), run: named(given.run, instance.attr) };
    const isEmpty = inputs.build.length === 0 && inputs.run.length === 0;
    return { kind: 'instance', instance: isEmpty ? instance : { ...instance, inputs } };
  });
}
