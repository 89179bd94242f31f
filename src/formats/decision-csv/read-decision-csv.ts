/**
 * `vuln_id,package,whitelist,comment` and a line for each decision: what sbomnix's `vulnxscan --whitelist` reads, with
 * columns of our own beside: `version`, `reason`, `evidence`, `until`.
 * Defined by https://github.com/tiiuae/sbomnix/blob/main/doc/vulnxscan.md and RFC 4180.
 */
export interface CsvDecision {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** Rows by the names of the first line. A row with other than its number of cells keeps them under `cell 1`, `cell 2` … */
export function readDecisionCsv(text: string): readonly CsvDecision[] {
  const [header = { line: 1, cells: [] }, ...rows] = recordsOf(text.replace(/^\u{feff}/u, ''));
  const names = header.cells.map((name) => name.trim().toLowerCase());
  return rows.map(({ line, cells }) => ({
    line,
    cells: Object.fromEntries(
      cells.map((cell, index) => [
        cells.length === names.length ? (names[index] ?? '') : `cell ${index + 1}`,
        cell.trim(),
      ]),
    ),
  }));
}

function recordsOf(text: string): readonly { readonly line: number; readonly cells: readonly string[] }[] {
  const records: { readonly line: number; readonly cells: string[] }[] = [];
  let [line, begun] = [1, 1];
  let cells: string[] = [];
  // A quoted cell, a plain one, and what ends it.
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (found === null) throw new Error(`line ${line}: a quote that does not end, or stands inside a cell`);
    const [whole, quoted, plain = '', end] = found;
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    line += whole.split('\n').length - 1;
    if (end === ',' && cell.lastIndex < text.length) continue;
    if (end === ',') cells.push('');
    if (cells.some((one) => one.trim() !== '')) records.push({ line: begun, cells });
    cells = [];
    begun = line;
  }
  return records;
}
