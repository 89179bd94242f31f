import { z } from 'zod';
import { inStore } from './path-info.ts';

/**
 * What `nix derivation show -r` prints, a graph of build instructions. Since 2.32 with base names under `derivations`, and
 * attributes of structured derivations under `structuredAttrs`:
 *
 *     { "/nix/store/0ab1…-curl-8.17.0.drv": { "name": "curl-8.17.0", "system": "x86_64-linux",
 *         "env": { "pname": "curl", "version": "8.17.0" }, "outputs": { "out": { "path": "/nix/store/4mzr…-curl-8.17.0" } },
 *         "inputDrvs": { "/nix/store/7h2s…-openssl-3.5.4.drv": { "outputs": ["dev"] } } } }
 *
 * https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-derivation-show
 */
export interface ShownDerivation {
  readonly drvPath: string;
  readonly name: string;
  readonly pname: string | null;
  readonly version: string | null;
  readonly outputs: readonly string[];
  /** Whether its content is known before it is built: what a fetcher makes. */
  readonly isFixedOutput: boolean;
}

const attributes = z.record(z.string(), z.unknown());
const shown = z.object({
  name: z.string().max(300).optional(),
  env: attributes.optional(),
  structuredAttrs: attributes.nullish(),
  outputs: z.record(
    z.string(),
    z.object({ path: z.string().max(500).nullish(), hash: z.unknown().optional() }).loose(),
  ),
});
const wrapped = z.object({ derivations: z.record(z.string(), z.unknown()) });
const maxOutputs = 1_000;

/** Null for JSON of any other shape; the first entry that is none ends it. */
export function readDerivations(json: unknown): readonly ShownDerivation[] | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  const graph = wrapped.safeParse(json).data?.derivations ?? (json as Readonly<Record<string, unknown>>);
  const found: ShownDerivation[] = [];
  for (const drvPath of Object.keys(graph)) {
    const value = graph[drvPath];
    if (drvPath.length > 500 || !drvPath.endsWith('.drv') || countOf(value) > maxOutputs) return null;
    const read = shown.safeParse(value);
    if (!read.success) return null;
    found.push(derivationOf(drvPath, read.data));
  }
  return found.length === 0 ? null : found;
}

function countOf(value: unknown): number {
  const outputs = typeof value === 'object' && value !== null && 'outputs' in value ? value.outputs : null;
  return typeof outputs === 'object' && outputs !== null ? Object.keys(outputs).length : 0;
}

function derivationOf(
  drvPath: string,
  { name, env = {}, structuredAttrs, outputs }: z.infer<typeof shown>,
): ShownDerivation {
  const known = { ...structuredAttrs, ...env };
  return {
    drvPath: inStore(drvPath),
    name: name ?? textOf(known.name) ?? drvPath.replace(/^.*?-/, '').replace(/\.drv$/, ''),
    pname: textOf(known.pname),
    version: textOf(known.version),
    outputs: Object.values(outputs).flatMap(({ path }) => (path == null ? [] : [inStore(path)])),
    isFixedOutput: Object.values(outputs).some(({ hash }) => hash !== undefined),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 300 ? value : null;
}
