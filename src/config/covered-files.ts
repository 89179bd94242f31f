import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../foundation/errors.ts';
import { type CoveredPackage, parseAttrPath, systemTiers } from '../pipeline/catalog/index.ts';
import { configErrors, parseSettings, readText } from './load.ts';

const Attr = z
  .string()
  .refine((attr) => parseAttrPath(attr) !== null, 'an attribute path such as openssl or python3Packages.requests');
const Name = z.string().min(1).max(100);
const Since = z.union([
  z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
  z.date().transform((at) => at.toISOString().slice(0, 10)),
]);
const settings = {
  owner: Name.optional(),
  since: Since.optional(),
  /** Who wanted it: `["payments"]`. */
  asked_by: z.array(Name).max(100).optional(),
  /** `{ aarch64-darwin = "evaluates" }`: evaluated and watched there, but not built; "full" where nothing is said. */
  tiers: z.record(z.string().regex(/^[a-z0-9_]+-[a-z0-9_]+$/), z.enum(systemTiers)).optional(),
};

/**
 * `category = "tls"`, `owner = "security"`, `since = "2026-11-01"`, `attrs = ["openssl", "gnutls"]`, and for one of them
 * `[override.gnutls]` with what differs.
 */
const CoveredFile = z.strictObject({
  ...settings,
  category: Name,
  since: Since,
  attrs: z.array(Attr).max(20_000),
  override: z.record(z.string(), z.strictObject(settings)).default({}),
});

/** A package with the file that covers it. */
export interface CoveredEntry extends CoveredPackage {
  readonly file: string;
}

/** Every package of the folder's `*.toml` files, by attribute. One attribute in two files is an error. */
export async function readCoveredFolder(folder: string): Promise<readonly CoveredPackage[]> {
  return (await readCoveredEntries(folder)).map(({ file: _, ...covered }) => covered);
}

export async function readCoveredEntries(folder: string): Promise<readonly CoveredEntry[]> {
  const names = await readdir(folder).catch(() => []);
  const packages = new Map<string, CoveredEntry>();
  for (const name of names.filter((entry) => entry.endsWith('.toml')).sort()) {
    const file = path.join(folder, name);
    const text = await readText(file, { missing: 'It was there a moment ago: run the command again.' });
    for (const covered of parseCoveredFile(text, file)) {
      const other = packages.get(covered.attr);
      if (other !== undefined)
        throw new AppError(configErrors.invalid, `${file}: ${covered.attr} is covered in ${other.file} already`, {
          hint: 'Keep each attribute in one file.',
        });
      packages.set(covered.attr, { ...covered, file });
    }
  }
  return [...packages.values()].sort((a, b) => (a.attr < b.attr ? -1 : 1));
}

/** The packages of one file's text. */
export function parseCoveredFile(text: string, file: string): readonly CoveredPackage[] {
  const { attrs, category, override, ...common } = parseSettings(text, { file, schema: CoveredFile });
  const stray = Object.keys(override).find((attr) => !attrs.includes(attr));
  if (stray !== undefined)
    throw new AppError(configErrors.invalid, `${file}: [override.${stray}] is about no attribute of this file`, {
      hint: 'Add it to attrs, or take the override out. A name with a dot is quoted: [override."python3Packages.six"].',
    });
  return attrs.map((attr) => {
    const own = override[attr];
    const askedBy = own?.asked_by ?? common.asked_by;
    const tiers = { ...common.tiers, ...own?.tiers };
    return {
      attr,
      category,
      owner: own?.owner ?? common.owner ?? 'security',
      since: own?.since ?? common.since,
      ...(askedBy === undefined || askedBy.length === 0 ? {} : { askedBy }),
      ...(Object.keys(tiers).length === 0 ? {} : { tiers }),
    };
  });
}
