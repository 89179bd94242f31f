import { simplifiedVersion } from '../formats/nix/flake-version.ts';
import type { Release } from '../pipeline/releases/index.ts';

/** Origin-relative addresses of the pages; every foreign value is percent-encoded. */
export const paths = {
  /** Where one signs in, to come back to `next`. */
  signIn: (next: string) => `/sign-in?next=${encodeURIComponent(next)}`,
  queue: '/queue',
  bulk: '/queue/bulk',
  unbounded: '/unbounded',
  channels: '/channels',
  embargoes: '/embargoes',
  embargo: (id: string) => `/embargoes/${encodeURIComponent(id)}`,
  finding: (id: string) => `/findings/${encodeURIComponent(id)}`,
  package: (attr: string) => `/packages/${encodeURIComponent(attr)}`,
  cve: (id: string) => `/cve/${encodeURIComponent(id)}`,
  /** An advisory of ours: `/advisories/XSP-2027-00001`. */
  publication: (id: string) => `/advisories/${encodeURIComponent(id)}`,
  review: (id: string) => `/reviews/${encodeURIComponent(id)}`,
  /** The new source of a package against another text of it. */
  reviewSource: (id: string, attr: string, against: 'before' | 'tag') =>
    `/reviews/${encodeURIComponent(id)}/sources/${encodeURIComponent(attr)}?against=${against}`,
  rescore: (channel: string) => `/rescore/${encodeURIComponent(channel)}`,
  /** The clocks of a finding. */
  slaCase: (findingId: string) => `/sla/${encodeURIComponent(findingId)}`,
  explain: (id: string, attr: string) => `/cve/${encodeURIComponent(id)}/${encodeURIComponent(attr)}`,
  flake: (organisation: string, flake: string) =>
    `/flake/${encodeURIComponent(organisation)}/${encodeURIComponent(flake)}`,
  flakeVersion: (release: Release) =>
    `${paths.flake(release.organisation, release.flake)}/${encodeURIComponent(simplifiedVersion(release.version))}`,
  flakeReleases: (organisation: string, flake: string) => `${paths.flake(organisation, flake)}/releases`,
  organisation: (organisation: string) => `/org/${encodeURIComponent(organisation)}`,
  members: (organisation: string) => `${paths.organisation(organisation)}/members`,
  pinned: (release: Pick<Release, 'organisation' | 'flake' | 'version' | 'uuid'>) =>
    `/f/pinned/${encodeURIComponent(release.organisation)}/${encodeURIComponent(release.flake)}/${encodeURIComponent(release.version)}/${release.uuid}/source.tar.gz`,
};

/** Where a channel stands on its page: a channel may be called as something else there is. */
export function channelAnchor(id: string): string {
  return `channel-${id}`;
}

/** The URL that a flake input names: `https://host/f/acme/secure/0`. */
export function inputUrl(publicUrl: string, organisation: string, flake: string, range: string): string {
  return `${publicUrl}/f/${encodeURIComponent(organisation)}/${encodeURIComponent(flake)}/${range}`;
}

/** `/packages?q=…&after=…` without empty parts. */
export function withQuery(path: string, query: Readonly<Record<string, string | null | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value != null && value !== '') search.set(name, value);
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The document that consumers answer from on their own. */
export const factsPath = '/api/v1/facts';
