import type { FlakeLock, LockNode } from '../../formats/nix/flake-lock.ts';
import type { ConsumerInput } from './model.ts';
import { readPinnedUrl, requirementOfUrl } from './pinned-url.ts';

const maxNodes = 20_000;
const maxDepth = 64;

/**
 * The inputs of a lock that are locked to a release of a registry, nearest first. Each lock node is named once, by its
 * shortest path from the root: that is what `nix flake update` takes.
 */
export function findInputs(lock: FlakeLock): readonly ConsumerInput[] {
  const nodes = new Map(lock.nodes.slice(0, maxNodes).map((node) => [node.name, node]));
  const seen = new Set<string>([lock.root]);
  const found: ConsumerInput[] = [];
  let layer: readonly { readonly node: LockNode; readonly path: string }[] = childrenOf(nodes, lock.root, '', seen);
  for (let depth = 0; depth < maxDepth && layer.length > 0; depth++) {
    const next: { readonly node: LockNode; readonly path: string }[] = [];
    for (const { node, path } of layer) {
      const input = asInput(node, path);
      if (input !== null) found.push(input);
      next.push(...childrenOf(nodes, node.name, `${path}/`, seen));
    }
    layer = next;
  }
  return found;
}

function childrenOf(nodes: ReadonlyMap<string, LockNode>, name: string, prefix: string, seen: Set<string>) {
  const children: { readonly node: LockNode; readonly path: string }[] = [];
  for (const [input, target] of Object.entries(nodes.get(name)?.inputs ?? {})) {
    // An array follows another input, which is found under its own name.
    if (typeof target !== 'string' || seen.has(target)) continue;
    const node = nodes.get(target);
    if (node === undefined) continue;
    seen.add(target);
    children.push({ node, path: `${prefix}${input}` });
  }
  return children;
}

function asInput(node: LockNode, path: string): ConsumerInput | null {
  const address = node.locked?.url == null ? null : readPinnedUrl(node.locked.url);
  if (address === null) return null;
  const original = node.original?.url;
  return {
    input: path,
    releaseUuid: address.uuid,
    version: address.version,
    organisation: address.organisation,
    flake: address.flake,
    requirement: typeof original === 'string' ? requirementOfUrl(original) : null,
  };
}
