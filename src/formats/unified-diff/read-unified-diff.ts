import { hash } from 'node:crypto';

/**
 * `--- a/op.c`, `+++ b/op.c`, `@@ -6649,6 +6649,7 @@ S_pmtrans(…)`, then lines that begin with a space, `-` or `+`: a file's part of
 * what `git format-patch`, `git show` and `diff -u` write, with any text before, between and behind.
 * https://git-scm.com/docs/diff-format#_generating_patch_text_with_p
 */
export interface ChangedFile {
  /** As the diff names it, without `a/` or `b/`. */
  readonly path: string;
  /**
   * Equal for equal changes: what is taken out and put in, in order, without spaces. Where it stands and what stands around it
   * do not count, for both differ between branches.
   */
  readonly digest: string;
}

const longestDiff = 2_000_000;

/** The files that a diff changes, each once; none for a text without a diff, or one that is too long to be read. */
export function readUnifiedDiff(text: string): readonly ChangedFile[] {
  if (text.length > longestDiff) return [];
  const changes = new Map<string, string[]>();
  let file: string[] | null = null;
  let before = '';
  /** Lines of the hunk that are still to come, of the old and the new side. */
  let left = [0, 0] as readonly [number, number];
  for (const line of text.split(/\r?\n/)) {
    const [old, fresh] = left;
    if (file !== null && (old > 0 || fresh > 0)) {
      const sign = line[0] ?? ' ';
      if (sign === '\\') continue;
      left = [sign === '+' ? old : old - 1, sign === '-' ? fresh : fresh - 1];
      const content = line.slice(1).replaceAll(/\s+/g, '');
      if ((sign === '+' || sign === '-') && content !== '') file.push(sign + content);
      continue;
    }
    if (line.startsWith('--- ')) before = pathOf(line);
    else if (line.startsWith('+++ ')) {
      const after = pathOf(line);
      const path = after === '/dev/null' ? before : after;
      file = changes.get(path) ?? [];
      changes.set(path, file);
    }
    const [, oldLines, newLines] = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line) ?? [];
    if (line.startsWith('@@ -')) left = [Number(oldLines ?? 1), Number(newLines ?? 1)];
  }
  return [...changes]
    .filter(([, lines]) => lines.length > 0)
    .map(([path, lines]) => ({ path, digest: hash('sha256', lines.join('\n'), 'base64url') }));
}

/** `+++ b/op.c<tab>2025-03-30` is `op.c`. */
function pathOf(line: string): string {
  const path = (line.slice(4).split('\t')[0] ?? '').trim();
  return path.replace(/^[ab]\//, '');
}
