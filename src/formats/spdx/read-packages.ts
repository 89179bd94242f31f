import { z } from 'zod';

/**
 * The packages of a document in SPDX 2.2 or 2.3 JSON:
 *
 *     { "spdxVersion": "SPDX-2.3", "packages": [{ "SPDXID": "SPDXRef-curl", "name": "curl", "versionInfo": "8.17.0",
 *         "externalRefs": [{ "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
 *                            "referenceLocator": "pkg:generic/curl@8.17.0" }] }] }
 *
 * https://spdx.github.io/spdx-spec/v2.3/
 */
export interface SpdxPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string | null;
  readonly purl: string | null;
  readonly storePaths: readonly string[];
}

const text = z.string().max(4000);
const packageShape = z.object({
  SPDXID: text,
  name: text,
  versionInfo: text.nullish(),
  downloadLocation: text.nullish(),
  externalRefs: z
    .array(z.object({ referenceType: text.nullish(), referenceLocator: text.nullish() }).loose())
    .nullish(),
});
const document = z.object({
  spdxVersion: z.string().regex(/^SPDX-2\.[0-9]+$/),
  packages: z.array(z.unknown()).max(500_000).default([]),
});

/** Null for JSON that is no such document. Entries that are no package are left out. */
export function readSpdx(json: unknown): readonly SpdxPackage[] | null {
  const parsed = document.safeParse(json);
  if (!parsed.success) return null;
  return parsed.data.packages.flatMap((entry) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const read = packageShape.safeParse(entry);
    if (!read.success) return [];
    const { SPDXID: id, name, versionInfo, downloadLocation, externalRefs } = read.data;
    const places = [downloadLocation, ...(externalRefs ?? []).map(({ referenceLocator }) => referenceLocator)];
    return [
      {
        id,
        name,
        version: versionInfo ?? null,
        purl: externalRefs?.find(({ referenceType }) => referenceType === 'purl')?.referenceLocator ?? null,
        storePaths: places.flatMap((place) =>
          place != null && /^\/nix\/store\/[0-9a-z]{32}-[^/]+$/.test(place) ? [place] : [],
        ),
      },
    ];
  });
}
