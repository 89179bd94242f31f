/** How ids are written: `CVE-2024-1`, `RUSTSEC-2020-1` all in capitals, `GHSA-9j5f-…`, `BIT-curl-2024-1` with a small rest. */
export function idSpellings(text: string): readonly string[] {
  const id = text.trim();
  const dash = Math.max(0, id.indexOf('-'));
  return [...new Set([id, id.toUpperCase(), id.slice(0, dash).toUpperCase() + id.slice(dash).toLowerCase()])];
}
