import { z } from 'zod';
import { messageOf } from '../../foundation/errors.ts';

/**
 * What a flake's inputs are locked to, `flake.lock` of versions 5 to 7:
 *
 *     { "nodes": {
 *         "nixpkgs": { "locked": { "type": "github", "owner": "NixOS", "repo": "nixpkgs", "rev": "5edf11c4…",
 *                                  "narHash": "sha256-vNpU…=", "lastModified": 1767039857 },
 *                      "original": { "type": "github", "owner": "NixOS", "repo": "nixpkgs" } },
 *         "tools": { "inputs": { "nixpkgs": ["nixpkgs"] }, "locked": {…}, "original": {…} },
 *         "root": { "inputs": { "nixpkgs": "nixpkgs", "tools": "tools" } } },
 *       "root": "root", "version": 7 }
 *
 * https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake#lock-files
 */
export interface FlakeLock {
  readonly version: number;
  /** The name of the node of the flake itself. */
  readonly root: string;
  readonly nodes: readonly LockNode[];
}

export interface LockNode {
  /** The key in `nodes`, such as `nixpkgs_2`: chosen by Nix, not by the author of the flake. */
  readonly name: string;
  /** By input name: the name of a node, or a path of input names from the root (`follows`). Either may lead nowhere. */
  readonly inputs: Readonly<Record<string, string | readonly string[]>>;
  readonly locked: LockReference | null;
  readonly original: LockReference | null;
  readonly isFlake: boolean;
}

/** A flake reference as attributes; which of them there are depends on `type`. */
export type LockReference = Readonly<z.infer<typeof lockReference>>;

export type FlakeLockOutcome =
  | { readonly kind: 'lock'; readonly lock: FlakeLock }
  | { readonly kind: 'malformed'; readonly reason: string };

const maxCharacters = 4 * 1024 * 1024;
const maxNodes = 20_000;
const maxSteps = 10_000;

const name = z.string().max(1000);
const text = z.string().max(8000).optional();
const count = z.number().optional();

const lockReference = z.object({
  type: text,
  url: text,
  host: text,
  owner: text,
  repo: text,
  path: text,
  id: text,
  dir: text,
  ref: text,
  rev: text,
  narHash: text,
  revCount: count,
  lastModified: count,
});

const lockFile = z.object({
  version: z.number(),
  root: name,
  nodes: z.record(
    name,
    z.object({
      inputs: z.record(name, z.union([name, z.array(name).max(1000)])).optional(),
      locked: lockReference.optional(),
      original: lockReference.optional(),
      flake: z.boolean().optional(),
    }),
  ),
});

export function parseFlakeLock(source: string): FlakeLockOutcome {
  if (source.length > maxCharacters) return malformed(`the lock is larger than ${maxCharacters} characters`);
  const json = parseJson(source);
  if (json.kind === 'malformed') return json;
  const parsed = lockFile.safeParse(json.value);
  if (!parsed.success) return malformed(reasonOf(parsed.error));
  const { version, root, nodes } = parsed.data;
  if (![5, 6, 7].includes(version)) return malformed(`version ${version} of the lock is not known: 5, 6 and 7 are`);
  if (!Object.hasOwn(nodes, root)) return malformed('the root node is missing');
  const entries = Object.entries(nodes);
  if (entries.length > maxNodes) return malformed(`the lock has more than ${maxNodes} nodes`);
  return {
    kind: 'lock',
    lock: {
      version,
      root,
      nodes: entries.map(([key, node]) => ({
        name: key,
        inputs: node.inputs ?? {},
        locked: node.locked ?? null,
        original: node.original ?? null,
        isFlake: node.flake ?? true,
      })),
    },
  };
}

/**
 * Finds the node that a path of input names leads to from the root, through every `follows`; the empty path is the root
 * itself. Null where a name leads nowhere or in a circle.
 */
export function inputResolver(lock: FlakeLock): (path: readonly string[]) => LockNode | null {
  const nodes = new Map(lock.nodes.map((node) => [node.name, node]));
  return (path) => {
    let node = nodes.get(lock.root);
    const rest = path.toReversed();
    for (let steps = 0; node !== undefined && rest.length > 0; steps++) {
      // Long before this a path that ends has ended.
      if (steps === maxSteps) return null;
      const target = Object.hasOwn(node.inputs, rest.at(-1) ?? '') ? node.inputs[rest.pop() ?? ''] : undefined;
      if (target === undefined) return null;
      node = nodes.get(typeof target === 'string' ? target : lock.root);
      if (typeof target !== 'string') rest.push(...target.toReversed());
    }
    return node ?? null;
  };
}

type JsonOutcome =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'malformed'; readonly reason: string };

function parseJson(source: string): JsonOutcome {
  try {
    return { kind: 'json', value: JSON.parse(source) };
  } catch (error) {
    return malformed(`the lock is not JSON: ${messageOf(error).slice(0, 200)}`);
  }
}

function reasonOf(error: z.ZodError): string {
  const issue = error.issues[0];
  const place = issue?.path.join('.').slice(0, 200) ?? '';
  return `${place === '' ? 'the lock' : place}: ${issue?.message.slice(0, 200) ?? 'not readable'}`;
}

function malformed(reason: string): { readonly kind: 'malformed'; readonly reason: string } {
  return { kind: 'malformed', reason };
}
