import { plainText } from '../../platform/log/plain-text.ts';

/** Rows with their columns under each other; control characters that came from outside are gone. */
export function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const clean = rows.map((row) => row.map(plainText));
  const widths = (clean[0] ?? []).map((_, index) => Math.max(...clean.map((row) => (row[index] ?? '').length)));
  return clean.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
