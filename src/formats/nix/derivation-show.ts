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
const graph = z.record(z.string().max(500), shown);
const wrapped = z.object({ derivations: graph });

/** Null for JSON of any other shape. */
export function readDerivations(json: unknown): readonly ShownDerivation[] | null {
  const found = wrapped.safeParse(json).data?.derivations ?? graph.safeParse(json).data;
  if (
    found === undefined ||
    Object.keys(found).length === 0 ||
    !Object.keys(found).every((key) => key.endsWith('.drv'))
  )
    return null;
  return Object.entries(found).map(([drvPath, { name, env = {}, structuredAttrs, outputs }]) => {
    const known = { ...structuredAttrs, ...env };
    return {
      drvPath: inStore(drvPath),
      name: name ?? textOf(known.name) ?? drvPath.replace(/^.*?-/, '').replace(/\.drv$/, ''),
      pname: textOf(known.pname),
      version: textOf(known.version),
      outputs: Object.values(outputs).flatMap(({ path }) => (path == null ? [] : [inStore(path)])),
      isFixedOutput: Object.values(outputs).some(({ hash }) => hash !== undefined),
    };
  });
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= 300 ? value : null;
}
