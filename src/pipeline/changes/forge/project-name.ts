/** `owner/name` of a repository's web address on one of the hosts: `https://github.com/ossf/scorecard.git`; null for others. */
export function projectNameOf(address: string, hosts: readonly string[]): string | null {
  const url = URL.parse(address);
  const [, name] = /^\/([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url?.pathname ?? '') ?? [];
  return url !== null && hosts.includes(url.host) ? (name ?? null) : null;
}
