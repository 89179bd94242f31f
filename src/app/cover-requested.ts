import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, stringify } from 'smol-toml';
import { z } from 'zod';
import { readCoveredFolder } from '../config/index.ts';
import { AppError } from '../foundation/errors.ts';
import { parseAttrPath } from '../pipeline/catalog/index.ts';
import type { Workspace } from './open-workspace.ts';
import { makeFolder } from './storage.ts';

const wrong = { code: 'usage.attr', retryable: false } as const;
const written = z.object({ attrs: z.array(z.string()) });

/** Writes a package into `requested-CATEGORY.toml` of the covered folder, a file of this command's own; says which. */
export async function coverRequested(
  { folder, configuration }: Workspace,
  given: { readonly attr: string; readonly category: string; readonly since: string },
): Promise<string> {
  const { attr, category, since } = given;
  if (parseAttrPath(attr) === null)
    throw new AppError(wrong, `${attr} is no attribute path`, {
      hint: 'Name the attribute with --attr, such as python3Packages.requests.',
    });
  if (!/^[a-z0-9][a-z0-9-]{0,60}$/.test(category))
    throw new AppError(wrong, `${category} is no name for a category`, {
      hint: 'Use small letters, digits and dashes.',
    });
  const covered = path.resolve(folder, configuration.covered);
  const file = path.join(covered, `requested-${category}.toml`);
  if ((await readCoveredFolder(covered)).some((entry) => entry.attr === attr)) return file;
  await makeFolder(covered);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const before = text === null ? { category, owner: 'security', since } : parse(text);
  const attrs = [...new Set([...(written.safeParse(before).data?.attrs ?? []), attr])].sort();
  await writeFile(`${file}.new`, stringify({ ...before, attrs }));
  await rename(`${file}.new`, file);
  return file;
}
