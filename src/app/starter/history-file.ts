import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readToml } from './read-toml.ts';

const text = z.string().min(1);

/** Exactly one place in a file, or every place in the files under a folder. */
const Replacement = z.union([
  z.strictObject({ file: text, from: text, to: z.string() }),
  z.strictObject({ under: text, from: text, to: z.string() }),
]);

/**
 * One commit as a file of the starter's history, `0007-sudo-1.9.17p1.toml`:
 *
 *     author = "Mara Lindqvist <mara@example.org>"
 *     date = 2025-07-01T06:55:00Z
 *     message = """sudo: 1.9.16p2 -> 1.9.17p1"""
 *     [[replace]]
 *     file = "pkgs/by-name/su/sudo/package.nix"
 *     from = 'version = "1.9.16p2";'
 *     to = 'version = "1.9.17p1";'
 */
export const HistoryFile = z.strictObject({
  author: z.string().regex(/^[^<>]+ <[^<>]+>$/, 'Name <address>'),
  date: z.date().transform((date) => date.getTime()),
  message: text,
  /** The branch that the commit is put on. */
  branch: text.default('main'),
  /** The commit where a new branch starts, by the name of its file. */
  onto: text.optional(),
  /** A branch that is merged. */
  merge: text.optional(),
  /** A folder of the starter whose files come in. */
  import: text.optional(),
  replace: z.array(Replacement).default([]),
  write: z.array(z.strictObject({ file: text, text: z.string() })).default([]),
  remove: z.array(z.strictObject({ file: text })).default([]),
});
export type HistoryFile = z.infer<typeof HistoryFile>;

/** The files of a history folder, in their order. */
export async function readHistory(folder: string): Promise<readonly (HistoryFile & { readonly name: string })[]> {
  const names = (await readdir(folder)).filter((entry) => entry.endsWith('.toml')).sort();
  return Promise.all(
    names.map(async (entry) => {
      const parsed = await readToml(path.join(folder, entry), HistoryFile);
      return { ...parsed, name: entry.slice(0, -'.toml'.length) };
    }),
  );
}
