import { parse } from 'smol-toml';

/**
 * `["audiofile-0.3.6"]` with `cve = ["CVE-2017-6827"]`, `until = "2018-03-01"`, `issue_url = "https://…"`, `comment = "…"`.
 * A section without `cve` speaks of every vulnerability, one without a version of every version, `["*"]` of every package.
 * Defined by https://github.com/nix-community/vulnix/blob/master/doc/vulnix-whitelist.5.md.
 */
export interface WhitelistEntry {
  readonly section: string;
  /** Null: every package. */
  readonly pname: string | null;
  readonly version: string | null;
  /** Null: every vulnerability. */
  readonly cves: readonly string[] | null;
  /** `2018-03-01`. */
  readonly until: string | null;
  readonly issueUrls: readonly string[];
  readonly comment: string | null;
  /** Keys that vulnix does not define, such as `status`. */
  readonly unknown: Readonly<Record<string, unknown>>;
}

/** Throws what the TOML parser throws; what a section says wrongly is left to `unknown`, not dropped. */
export function readVulnixWhitelist(text: string): readonly WhitelistEntry[] {
  return Object.entries(parse(text)).map(([section, value]) => entryOf(section, value));
}

function entryOf(section: string, value: unknown): WhitelistEntry {
  const given: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
      ? { ...value }
      : { value };
  const { cve, until, issue_url, comment, ...rest } = given;
  const unknown: Record<string, unknown> = { ...rest };
  const texts = (name: string, found: unknown): readonly string[] | null => {
    if (found === undefined) return null;
    const list = Array.isArray(found) ? found : [found];
    if (list.every((one): one is string => typeof one === 'string')) return list;
    unknown[name] = found;
    return null;
  };
  const [pname, version] = section === '*' ? [null, null] : splitName(section);
  return {
    section,
    pname,
    version,
    cves: texts('cve', cve),
    until: until instanceof Date ? until.toISOString().slice(0, 10) : (texts('until', until)?.[0] ?? null),
    issueUrls: texts('issue_url', issue_url) ?? [],
    comment: texts('comment', comment)?.join('\n') ?? null,
    unknown,
  };
}

/** As Nix splits a derivation's name: the version begins after the first dash that no letter follows. */
function splitName(name: string): readonly [string, string | null] {
  const dash = /-(?![a-zA-Z])/.exec(name);
  return dash === null ? [name, null] : [name.slice(0, dash.index), name.slice(dash.index + 1)];
}
