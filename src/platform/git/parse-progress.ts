/** `Receiving objects:  45% (450/1000), 1.2 MiB | 3 MiB/s` as numbers; null for other lines. */
export function parseProgress(
  line: string,
): { readonly what: string; readonly done: number; readonly total: number } | null {
  const found = /^(?:remote: )?([A-Z][A-Za-z ]{2,60}):\s+\d{1,3}% \((\d{1,15})\/(\d{1,15})\)/.exec(line);
  if (found === null) return null;
  return { what: found[1] ?? '', done: Number(found[2]), total: Number(found[3]) };
}
