import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../foundation/errors.ts';
import { type CoveredPackage, parseAttrPath } from '../pipeline/catalog/index.ts';
import { configErrors, parseSettings, readText } from './load.ts';

/** `category = "tls"`, `owner = "security"`, `since = "2026-11-01"`, `attrs = ["openssl", "gnutls"]`. */
const CoveredFile = z.strictObject({
  category: z.string().min(1).max(100),
  owner: z.string().min(1).max(100).default('security'),
  since: z.union([z.string().regex(/^\d{4}-\d{2}-\d{2}$/), z.date().transform((at) => at.toISOString().slice(0, 10))]),
  attrs: z
    .array(
      z
        .string()
        .refine(
          (attr) => parseAttrPath(attr) !== null,
          'an attribute path such as openssl or python3Packages.requests',
        ),
    )
    .max(20_000),
});

/** Every package of the folder's `*.toml` files, by attribute. One attribute in two files is an error. */
export async function readCoveredFolder(folder: string): Promise<readonly CoveredPackage[]> {
  const names = await readdir(folder).catch(() => []);
  const packages = new Map<string, CoveredPackage & { readonly file: string }>();
  for (const name of names.filter((entry) => entry.endsWith('.toml')).sort()) {
    const file = path.join(folder, name);
    const text = await readText(file, { missing: 'It was there a moment ago: run the command again.' });
    const { attrs, category, owner, since } = parseSettings(text, { file, schema: CoveredFile });
    for (const attr of attrs) {
      const other = packages.get(attr);
      if (other !== undefined)
        throw new AppError(configErrors.invalid, `${file}: ${attr} is covered in ${other.file} already`, {
          hint: 'Keep each attribute in one file.',
        });
      packages.set(attr, { attr, category, owner, since, file });
    }
  }
  return [...packages.values()].map(({ file: _, ...covered }) => covered).sort((a, b) => (a.attr < b.attr ? -1 : 1));
}
