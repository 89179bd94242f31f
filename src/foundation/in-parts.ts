/** Few rows a statement: an engine takes a limited number of parameters, and equal texts stay prepared. */
export function* inParts<Row>(rows: readonly Row[], size = 200): Generator<readonly Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}
