import { z } from 'zod';

/**
 * The components of a bill of materials in CycloneDX JSON, 1.2 to 1.7, however deeply nested:
 *
 *     { "bomFormat": "CycloneDX", "specVersion": "1.5",
 *       "components": [{ "type": "library", "bom-ref": "curl", "name": "curl", "version": "8.17.0",
 *                        "purl": "pkg:generic/curl@8.17.0",
 *                        "properties": [{ "name": "nix:output_path", "value": "/nix/store/4mzr…-curl-8.17.0" }] }] }
 *
 * Store paths are taken from any property whose value is one, and from a `bom-ref` that is one.
 * https://cyclonedx.org/docs/1.6/json/
 */
export interface BomComponent {
  readonly id: string;
  readonly name: string;
  readonly version: string | null;
  readonly purl: string | null;
  readonly storePaths: readonly string[];
}

const maxDepth = 32;
const maxComponents = 500_000;

const text = z.string().max(4000);
const component = z.object({
  name: text,
  version: text.nullish(),
  type: text.nullish(),
  'bom-ref': text.nullish(),
  purl: text.nullish(),
  properties: z.array(z.object({ name: text.nullish(), value: text.nullish() }).loose()).nullish(),
  components: z.array(z.unknown()).nullish(),
});
const bom = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({ component: z.unknown().optional() }).nullish(),
  components: z.array(z.unknown()).nullish(),
});

/** Null for JSON that is no such bill. Entries that are no component are left out. */
export function readCycloneDx(json: unknown): readonly BomComponent[] | null {
  const parsed = bom.safeParse(json);
  if (!parsed.success) return null;
  const found: BomComponent[] = [];
  let layer: readonly unknown[] = [
    ...(parsed.data.metadata?.component === undefined ? [] : [parsed.data.metadata.component]),
    ...(parsed.data.components ?? []),
  ];
  for (let depth = 0; depth < maxDepth && layer.length > 0 && found.length < maxComponents; depth++)
    layer = layer.slice(0, maxComponents).flatMap((entry) => {
      if (typeof entry !== 'object' || entry === null) return [];
      const read = component.safeParse(entry);
      if (!read.success) return [];
      found.push(componentOf(read.data));
      return read.data.components ?? [];
    });
  return found;
}

function componentOf({ name, version, purl, properties, 'bom-ref': ref }: z.infer<typeof component>): BomComponent {
  const values = [ref, ...(properties ?? []).map(({ value }) => value)];
  return {
    id: ref ?? purl ?? name,
    name,
    version: version ?? null,
    purl: purl ?? null,
    storePaths: [...new Set(values.flatMap((value) => (value != null && isStorePath(value) ? [value] : [])))],
  };
}

function isStorePath(value: string): boolean {
  return /^\/nix\/store\/[0-9a-z]{32}-[^/]+$/.test(value);
}
