import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EpochMs } from '../foundation/clock.ts';
import { type JournalTables, sequenceReader } from '../journal/index.ts';
import {
  type PublishedAdvisory,
  type PublishedFile,
  type PublishedRelease,
  publishedTree,
  readPublished,
} from '../pipeline/evidence/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { WalkContext } from '../worker/index.ts';
import type { Workspace } from './open-workspace.ts';

/** They are thousands of documents: they are read anew at most once in that time. */
const freshMs = 60_000;
const publicationsTogether = 200;
const mostReleases = 5_000;

type Sources = Pick<WalkContext, 'publications' | 'findings' | 'advisories' | 'catalog' | 'releases'>;
type Tree = ReadonlyMap<string, PublishedFile>;

/** Gives the file of a path, `osv/all.zip`, or null. What is read is kept as long as nothing happens. */
export function createPublishedFiles(given: {
  readonly context: Sources & Pick<WalkContext, 'clock'>;
  readonly database: Pick<Database<JournalTables>, 'read'>;
  readonly publicUrl: string;
  readonly licence: string;
}): (file: string) => Promise<PublishedFile | null> {
  const { context, database } = given;
  const newest = sequenceReader(database);
  let kept: { readonly at: EpochMs; readonly sequence: number; readonly tree: Promise<Tree> } | null = null;
  return async (file) => {
    const [now, sequence] = [context.clock.now(), await newest()];
    if (kept === null || (kept.sequence !== sequence && now - kept.at >= freshMs)) {
      const tree = publishedNow(context, database).then((advisories) => publishedTree(advisories, given));
      kept = { at: now, sequence, tree };
      tree.catch(() => {
        kept = null;
      });
    }
    return (await kept.tree).get(file) ?? null;
  };
}

/** All that is published, as it stands now; of one id, where that is asked for. */
export async function publishedNow(
  context: Sources,
  database: Pick<Database<JournalTables>, 'read'>,
  id: string | null = null,
): Promise<readonly PublishedAdvisory[]> {
  const { publications } = context;
  await publications.number();
  const sources = { ...context, db: database, releases: await releasesOf(context) };
  if (id !== null) {
    const one = await publications.byId(id);
    return one === null ? [] : readPublished([one], sources);
  }
  const read: PublishedAdvisory[] = [];
  for (let after: string | null = null; ; ) {
    const some = await publications.list({ after, limit: publicationsTogether });
    read.push(...(await readPublished(some, sources)));
    after = some.at(-1)?.id ?? null;
    if (some.length < publicationsTogether) return read;
  }
}

/** Writes all of it as it is served, so that any web server can serve it; a file is there whole, or as it was before. */
export async function exportAdvisories(
  { context, database, configuration }: Workspace,
  folder: string,
): Promise<{ readonly folder: string; readonly advisories: number; readonly files: number }> {
  const advisories = await publishedNow(context, database);
  const tree = publishedTree(advisories, {
    publicUrl: configuration.public_url,
    licence: configuration.advisories.licence,
  });
  for (const [name, { bytes }] of tree) {
    const file = path.join(folder, ...name.split('/'));
    const part = `${file}.part`;
    await mkdir(path.dirname(file), { recursive: true });
    try {
      await writeFile(part, await bytes());
      await rename(part, file);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }
  return { folder, advisories: advisories.length, files: tree.size };
}

async function releasesOf({ releases }: Pick<WalkContext, 'releases'>): Promise<ReadonlyMap<string, PublishedRelease>> {
  const found = await releases.releases({ limit: mostReleases });
  return new Map(
    found.map(({ uuid, channel, version, commitId: revision, publishedAt }) => [
      uuid,
      { uuid, channel, version, revision, publishedAt },
    ]),
  );
}
