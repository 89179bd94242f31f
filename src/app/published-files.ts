import { sign } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Configuration } from '../config/index.ts';
import type { Clock, EpochMs } from '../foundation/clock.ts';
import type { RegistryReads } from '../http/index.ts';
import { type JournalTables, sequenceReader } from '../journal/index.ts';
import {
  type PublishedAdvisory,
  type PublishedFile,
  type PublishedTree,
  publishedTree,
  readPublished,
} from '../pipeline/evidence/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { WalkContext } from '../worker/index.ts';
import type { Workspace } from './open-workspace.ts';
import { publicRelease } from './public-release.ts';
import { exportKey } from './signing-keys.ts';

/** They are thousands of documents: they are read anew at most once in that time. */
const freshMs = 60_000;
const publicationsTogether = 200;

interface Sources {
  readonly context: Pick<WalkContext, 'publications' | 'findings' | 'advisories' | 'catalog'>;
  readonly database: Pick<Database<JournalTables>, 'read'>;
  readonly registry: Pick<RegistryReads, 'current'>;
}

/** Gives the file of a path, `osv/all.zip`, or null. What is read is kept as long as nothing happens. */
export function createPublishedFiles(
  given: Sources & {
    readonly clock: Clock;
    readonly configuration: Configuration;
    readonly folder: string;
  },
): (file: string) => Promise<PublishedFile | null> {
  const { clock } = given;
  const newest = sequenceReader(given.database);
  let kept: { readonly at: EpochMs; readonly sequence: number; readonly tree: Promise<PublishedTree> } | null = null;
  return async (file) => {
    const [now, sequence] = [clock.now(), await newest()];
    if (kept === null || (kept.sequence !== sequence && now - kept.at >= freshMs)) {
      const tree = publishedNow(given).then((advisories) => treeOf(advisories, given));
      kept = { at: now, sequence, tree };
      tree.catch(() => {
        kept = null;
      });
    }
    return (await kept.tree).file(file);
  };
}

/** All that is published, as it stands now; of one id, where that is asked for. */
export async function publishedNow(
  { context, database, registry }: Sources,
  id: string | null = null,
): Promise<readonly PublishedAdvisory[]> {
  const { publications } = context;
  await publications.number();
  const index = await registry.current();
  const sources = { ...context, db: database, releases: { get: (uuid: string) => publicRelease(index, uuid) } };
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
  workspace: Workspace,
  folder: string,
): Promise<{ readonly folder: string; readonly advisories: number; readonly files: number }> {
  const advisories = await publishedNow(workspace);
  const tree = await treeOf(advisories, workspace);
  let files = 0;
  for (const name of tree.paths()) {
    const content = await tree.file(name)?.bytes();
    if (content === undefined) continue;
    await writeWhole(path.join(folder, ...name.split('/')), content);
    files += 1;
  }
  return { folder, advisories: advisories.length, files };
}

async function writeWhole(file: string, content: Buffer): Promise<void> {
  const part = `${file}.part`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await writeFile(part, content);
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function treeOf(
  advisories: readonly PublishedAdvisory[],
  { configuration, folder }: Pick<Workspace, 'configuration' | 'folder'>,
): Promise<PublishedTree> {
  const { organisation, public_url: publicUrl, advisories: settings } = configuration;
  const key = await exportKey(folder);
  const publisher = { organisation, publicUrl, licence: settings.licence };
  return publishedTree(advisories, publisher, (bytes) => sign(null, bytes, key));
}
