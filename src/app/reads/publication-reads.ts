import type { PortalReads } from '../../http/index.ts';
import { type PublishedSources, readPublished } from '../../pipeline/evidence/index.ts';
import { publicRelease } from '../public-release.ts';
import type { ReadContext } from './context.ts';

/** What we publish, as it stands now. Ids are given by a job: what has none yet is not there. */
export function publicationReads(given: ReadContext): Pick<PortalReads, 'publication' | 'publications'> {
  const { context, database, published } = given;
  const { publications, findings, advisories, catalog } = context;
  const sources = async (): Promise<PublishedSources> => {
    const index = await published.current();
    return { db: database, findings, advisories, catalog, releases: { get: (uuid) => publicRelease(index, uuid) } };
  };
  return {
    publication: async (id) => {
      const found = await publications.byId(id.toUpperCase());
      if (found === null) return null;
      const [advisory = null] = await readPublished([found], await sources());
      return advisory;
    },
    publications: async ({ after, limit }) => {
      const found = await publications.list({ after, limit: limit + 1 });
      const items = await readPublished(found.slice(0, limit), await sources());
      return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null, total: null };
    },
  };
}
