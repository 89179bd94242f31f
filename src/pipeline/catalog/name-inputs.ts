import type { Evaluated, Inputs } from './model.ts';

/** Puts attributes in the place of the inputs' store paths; only what is carried itself can be matched, the rest is left out. */
export function nameInputs(results: readonly Evaluated[]): readonly Evaluated[] {
  const attrsOf = new Map<string, string[]>();
  for (const result of results) {
    if (result.kind !== 'instance' || result.instance.drvPath === null) continue;
    const known = attrsOf.get(result.instance.drvPath);
    if (known === undefined) attrsOf.set(result.instance.drvPath, [result.instance.attr]);
    else known.push(result.instance.attr);
  }
  const named = (paths: readonly string[], own: string) =>
    [...new Set(paths.flatMap((path) => attrsOf.get(path) ?? []))].filter((attr) => attr !== own).sort();
  return results.map((result): Evaluated => {
    if (result.kind !== 'instance' || result.instance.inputs === undefined) return result;
    const { inputs: given, ...instance } = result.instance;
    const inputs: Inputs = { build: named(given.build, instance.attr), run: named(given.run, instance.attr) };
    const isEmpty = inputs.build.length === 0 && inputs.run.length === 0;
    return { kind: 'instance', instance: isEmpty ? instance : { ...instance, inputs } };
  });
}
