import type { FlakeLock, LockNode } from '../../formats/nix/flake-lock.ts';

const maxNodes = 20_000;
const maxDepth = 64;

export interface LockedInput {
  /** From the root: `['tools', 'nixpkgs']`. */
  readonly path: readonly string[];
  readonly node: LockNode;
}

/** Every node that the root leads to, nearest first and once, by its shortest path: that is what `nix flake update` takes. */
export function lockPaths(lock: FlakeLock): readonly LockedInput[] {
  const nodes = new Map(lock.nodes.slice(0, maxNodes).map((node) => [node.name, node]));
  const seen = new Set<string>([lock.root]);
  const found: LockedInput[] = [];
  let layer = childrenOf(nodes, lock.root, [], seen);
  for (let depth = 0; depth < maxDepth && layer.length > 0; depth++) {
    found.push(...layer);
    layer = layer.flatMap(({ node, path }) => childrenOf(nodes, node.name, path, seen));
  }
  return found;
}

function childrenOf(
  nodes: ReadonlyMap<string, LockNode>,
  name: string,
  parent: readonly string[],
  seen: Set<string>,
): readonly LockedInput[] {
  return Object.entries(nodes.get(name)?.inputs ?? {}).flatMap(([input, target]) => {
    // An array follows another input, which is found under its own name.
    if (typeof target !== 'string' || seen.has(target)) return [];
    const node = nodes.get(target);
    if (node === undefined) return [];
    seen.add(target);
    return [{ node, path: [...parent, input] }];
  });
}
