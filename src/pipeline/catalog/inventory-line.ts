import { z } from 'zod';

/**
 * One line of an evaluated inventory: what nix-eval-jobs writes with `--meta`, plus the sources and patches of the
 * derivation. `{"attr":"xz","system":"x86_64-linux","name":"xz-5.8.2","drvPath":"/nix/store/….drv","meta":{…},"src":{…}}`.
 * Unknown members are ignored, members of a wrong type are taken as absent; only `attr` is needed.
 */
const text = z.string().max(20_000);
const short = text.nullish().catch(null);
const texts = z
  .union([text.transform((one) => [one]), z.array(z.unknown()).max(1000)])
  .nullish()
  .transform((many) => (many ?? []).filter((item) => typeof item === 'string'))
  .catch([]);

const file = z.object({
  kind: short,
  name: short,
  urls: texts,
  url: short,
  outputHash: short,
  hash: short,
  sha256: short,
  rev: short,
  tag: short,
  gitRepoUrl: short,
  path: short,
  revert: z.boolean().nullish().catch(null),
  content: z.string().max(4_000_000).nullish().catch(null),
});
export type InventoryFile = z.infer<typeof file>;

/** A list of which the members of a wrong shape are left out. */
function listOf<Schema extends z.ZodType>(schema: Schema) {
  return z
    .array(z.unknown())
    .max(1000)
    .nullish()
    .transform((many) =>
      (many ?? []).flatMap((item) => {
        const parsed = schema.safeParse(item);
        return parsed.success ? [parsed.data] : [];
      }),
    )
    .catch([]);
}

const cpeParts = z.object({
  part: short,
  vendor: short,
  product: short,
  version: short,
  update: short,
});
export type InventoryCpeParts = z.infer<typeof cpeParts>;

const identifiers = z.object({
  cpe: short,
  cpeParts: cpeParts.nullish().catch(null),
  possibleCPEs: listOf(z.object({ cpe: short, cpeParts: cpeParts.nullish().catch(null) })),
  purl: short,
  purls: texts,
});

const licence = z.union([
  text,
  z
    .object({ spdxId: short, shortName: short, fullName: short })
    .transform((of) => of.spdxId ?? of.shortName ?? of.fullName),
]);
const person = z.union([text, z.object({ github: short, name: short }).transform((of) => of.github ?? of.name)]);

const meta = z.object({
  description: short,
  homepage: z
    .union([text, z.array(text).transform((pages) => pages[0] ?? null)])
    .nullish()
    .catch(null),
  mainProgram: short,
  position: short,
  license: z.preprocess((value) => (Array.isArray(value) ? value : [value]), listOf(licence)),
  maintainers: listOf(person),
  knownVulnerabilities: texts,
  identifiers: identifiers.nullish().catch(null),
});

export const InventoryLine = z.object({
  attr: z.string().min(1).max(2000),
  system: z.string().min(1).max(100).nullish().catch(null),
  kind: short,
  message: short,
  error: short,
  evalError: short,
  pname: short,
  version: short,
  name: short,
  drvPath: short,
  outputPaths: z.record(z.string(), z.unknown()).nullish().catch(null),
  outputs: z.unknown().optional(),
  src: z
    .union([file, text.transform((url) => file.parse({ urls: [url] }))])
    .nullish()
    .catch(null),
  srcs: listOf(file),
  patches: listOf(file),
  inputs: z.object({ build: texts, run: texts }).nullish().catch(null),
  meta: meta.nullish().catch(null),
});
export type InventoryLine = z.infer<typeof InventoryLine>;
