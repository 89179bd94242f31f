/** `perlPackages."Foo.Bar"` as its names; null when it is no attribute path. At most 10 names of at most 200 characters. */
export function parseAttrPath(attr: string): readonly string[] | null {
  if (attr.length > 2000) return null;
  const names: string[] = [];
  let rest = attr;
  for (;;) {
    const found = /^(?:"((?:[^"\\$]|\\["\\])*)"|([A-Za-z0-9_][A-Za-z0-9_'+-]*))(\.|$)/.exec(rest);
    if (found === null) return null;
    const name = found[1]?.replaceAll(/\\(["\\])/g, '$1') ?? found[2] ?? '';
    if (name === '' || name.length > 200 || names.length === 10) return null;
    names.push(name);
    if (found[3] === '') return names;
    rest = rest.slice(found[0].length);
  }
}

/** Text as a Nix string literal. */
export function nixString(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('${', '\\${')}"`;
}
