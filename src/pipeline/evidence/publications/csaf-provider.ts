import { toIso } from '../../../foundation/clock.ts';
import { csafCategories, csafIdOf, csafPathOf } from './csaf-document.ts';
import type { PublishedAdvisory } from './model.ts';
import type { Publisher } from './publisher.ts';

export const csafFolder = 'csaf/white';
export const csafFeedPath = 'csaf/white/csaf-feed-tlp-white.json';

/** What a machine reads first: `/.well-known/csaf/provider-metadata.json`, section 7.1.8 of the standard. */
export function providerMetadata(advisories: readonly PublishedAdvisory[], { organisation, publicUrl }: Publisher) {
  return {
    canonical_url: `${publicUrl}/.well-known/csaf/provider-metadata.json`,
    distributions: [
      { directory_url: `${publicUrl}/${csafFolder}/` },
      {
        rolie: {
          feeds: [{ summary: 'All documents', tlp_label: 'WHITE', url: `${publicUrl}/${csafFeedPath}` }],
        },
      },
    ],
    last_updated: toIso(newestOf(advisories)),
    list_on_CSAF_aggregators: true,
    metadata_version: '2.0',
    mirror_on_CSAF_aggregators: true,
    publisher: { category: 'vendor', name: organisation, namespace: publicUrl },
    // A trusted provider would sign with OpenPGP.
    role: 'csaf_provider',
  };
}

interface Listed {
  readonly advisory: PublishedAdvisory;
  readonly category: (typeof csafCategories)[number];
  readonly path: string;
}

/** Every document, newest first. */
export function csafListed(advisories: readonly PublishedAdvisory[]): readonly Listed[] {
  return advisories
    .flatMap((advisory) =>
      csafCategories.map((category) => ({ advisory, category, path: csafPathOf(advisory, category) })),
    )
    .sort((a, b) => b.advisory.modifiedAt - a.advisory.modifiedAt || (a.path < b.path ? -1 : 1));
}

/** Lines `"2027/xsp-2027-00001.json","2027-03-05T12:00:00Z"`. */
export function csafChanges(listed: readonly Listed[]): string {
  return listed.map(({ path, advisory }) => `"${path}","${toIso(advisory.modifiedAt)}"\n`).join('');
}

export function csafIndex(listed: readonly Listed[]): string {
  return listed.map(({ path }) => `${path}\n`).join('');
}

/** A ROLIE feed (RFC 8322) as section 7.1.15 wants it. */
export function csafFeed(listed: readonly Listed[], { organisation, publicUrl }: Publisher) {
  return {
    feed: {
      id: 'csaf-feed-tlp-white',
      title: `Advisories of ${organisation} (TLP:WHITE)`,
      link: [{ rel: 'self', href: `${publicUrl}/${csafFeedPath}` }],
      category: [{ scheme: 'urn:ietf:params:rolie:category:information-type', term: 'csaf' }],
      updated: toIso(newestOf(listed.map(({ advisory }) => advisory))),
      entry: listed.map(({ advisory, category, path }) => {
        const url = `${publicUrl}/${csafFolder}/${path}`;
        return {
          id: csafIdOf(advisory, category),
          title: `${advisory.vulnerability.id} in ${advisory.attr}`,
          link: [
            { rel: 'self', href: url },
            { rel: 'hash', href: `${url}.sha256` },
            { rel: 'hash', href: `${url}.sha512` },
          ],
          published: toIso(advisory.publishedAt),
          updated: toIso(advisory.modifiedAt),
          content: { type: 'application/json', src: url },
          format: { schema: 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json', version: '2.0' },
        };
      }),
    },
  };
}

function newestOf(advisories: readonly PublishedAdvisory[]): number {
  return Math.max(0, ...advisories.map(({ modifiedAt }) => modifiedAt));
}
