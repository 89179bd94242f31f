/**
 * Nix's own order of versions and its split of a derivation name: `2.3a` < `2.3.1`, `gtk+3-3.24.43` is `gtk+3` at
 * `3.24.43`. Good for "newer than", not for membership in an advisory's range.
 * https://nix.dev/manual/nix/latest/language/builtins#builtins-compareVersions
 */

const maxInteger = 2 ** 31 - 1;

/** -1, 0 or 1, as `builtins.compareVersions a b`. */
export function compareNixVersions(a: string, b: string): number {
  const [left, right] = [splitNixVersion(a), splitNixVersion(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const order = compareComponents(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** As `builtins.splitVersion`: runs of digits and runs of anything else, without `.` and `-`. */
export function splitNixVersion(version: string): readonly string[] {
  return version.match(/[0-9]+|[^0-9.-]+/g) ?? [];
}

/** As `builtins.parseDrvName`: the version begins after the first dash that no letter follows. */
export function splitDrvName(name: string): { readonly pname: string; readonly version: string } {
  const dash = name.search(/-[^A-Za-z]/);
  return dash < 0 ? { pname: name, version: '' } : { pname: name.slice(0, dash), version: name.slice(dash + 1) };
}

function compareComponents(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [rankOf(a), rankOf(b)];
  if (left !== right) return left - right > 0 ? 1 : -1;
  if (left === rank.integer) return Math.sign(Number(a) - Number(b));
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

const rank = { pre: 0, end: 1, word: 2, integer: 3 } as const;

function rankOf(component: string): number {
  if (component === 'pre') return rank.pre;
  if (component === '') return rank.end;
  // Nix reads a 32-bit integer; a longer number is a word to it.
  return /^[0-9]/.test(component) && Number(component) <= maxInteger ? rank.integer : rank.word;
}
