import type { ReleaseText } from './model.ts';

/** An output of a flake, as the schemas of its publisher tell it. */
export interface OutputLeaf {
  /** `['packages', 'x86_64-linux', 'default']` */
  readonly path: readonly string[];
  readonly what: string | null;
  /** By output name; empty where the publisher did not send them. */
  readonly storePaths: Readonly<Record<string, string>>;
}

const mostLeaves = 20_000;
const mostDepth = 12;

/**
 * What `flakehub-push` sends as `outputs`: `{"version":1,"inventory":{"packages":{"children":{"x86_64-linux":{"children":
 * {"default":{"what":"package","outputs":{"out":"/nix/store/…"}}}}}}}}`. Of any other shape nothing is read.
 */
export function outputLeaves(outputs: ReleaseText['outputs']): readonly OutputLeaf[] {
  const leaves: OutputLeaf[] = [];
  const walk = (node: unknown, path: readonly string[]): void => {
    if (!isObject(node) || path.length > mostDepth || leaves.length >= mostLeaves) return;
    if (isObject(node.children)) {
      for (const [name, child] of Object.entries(node.children)) walk(child, [...path, name]);
      return;
    }
    if (path.length < 2) return;
    leaves.push({
      path,
      what: typeof node.what === 'string' ? node.what.slice(0, 100) : null,
      storePaths: isObject(node.outputs) ? textsOf(node.outputs) : {},
    });
  };
  if (isObject(outputs.inventory)) for (const [kind, node] of Object.entries(outputs.inventory)) walk(node, [kind]);
  return leaves;
}

function textsOf(record: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
