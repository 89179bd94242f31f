import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { inNarOrder, type NarFile, narOf } from '../../../formats/nix/nar.ts';
import type { TreeFile } from '../../../platform/git/index.ts';
import type { SourceFile } from '../detectors/detector.ts';
import { type ArchiveFile, archiveFiles } from './archive-files.ts';
import { factsOfFile } from './file-facts.ts';
import type { KeptSource, SourceDesk } from './model.ts';

const bounds = { files: 200_000, fileBytes: 64 * 1024 * 1024, allBytes: 2 * 1024 * 1024 * 1024 };

const SourceFiles = z.array(
  z.object({
    path: z.string(),
    sha256: z.string(),
    sizeBytes: z.number(),
    kind: z.enum(['text', 'elf', 'mach-o', 'archive', 'binary']),
    entropy: z.number(),
  }),
);
const Kept = z.object({ commitId: z.string(), treeId: z.string(), narHash: z.string(), files: SourceFiles });

/** Unpacks an archive into the repository of sources, without its one outer folder, as build tools do. */
export async function keepArchive(desk: SourceDesk, file: string, name: string): Promise<KeptSource> {
  const paths: string[] = [];
  const folders: string[] = [];
  async function* files(): AsyncGenerator<TreeFile> {
    for await (const found of archiveFiles(file, name, bounds) as AsyncIterable<ArchiveFile>) {
      if (found.mode === 'folder') folders.push(found.path);
      else {
        paths.push(found.path);
        yield found;
      }
    }
  }
  const text = textOf(name, desk.now);
  const whole = await desk.git.importTree({ files: files(), text });
  const outer = outerFolder(paths, folders);
  const treeId = await desk.git.treeId(whole, outer);
  const commitId = treeId === null ? whole : await desk.git.commitTree({ treeId, parents: [], text });
  return lookThrough(desk, commitId, emptyFolders(paths, folders, outer));
}

/** What lies at a commit of the repository of sources. */
export async function lookThrough(
  { git }: Pick<SourceDesk, 'git'>,
  commitId: string,
  empty: readonly string[],
): Promise<KeptSource> {
  const treeId = (await git.treeId(commitId, null)) ?? commitId;
  const entries = (await git.listTree(commitId)).filter(({ mode }) => mode !== '160000');
  const ordered = inNarOrder([...entries, ...empty.map((path) => ({ path, mode: 'folder' as const, objectId: '' }))]);
  const contents = git.readBlobs(ordered.flatMap(({ mode, objectId }) => (mode === 'folder' ? [] : [objectId])));
  const files: SourceFile[] = [];
  async function* narFiles(): AsyncGenerator<NarFile> {
    const blobs = contents[Symbol.asyncIterator]();
    for (const { path, mode } of ordered) {
      if (mode === 'folder') {
        yield { path, kind: 'empty-folder', content: Buffer.alloc(0) };
        continue;
      }
      const next = await blobs.next();
      const content: Buffer = next.done === true ? Buffer.alloc(0) : next.value.content;
      files.push(factsOfFile(path, content));
      yield { path, kind: mode === '120000' ? 'symlink' : mode === '100755' ? 'executable' : 'regular', content };
    }
  }
  const hash = createHash('sha256');
  for await (const chunk of narOf(narFiles())) hash.update(chunk);
  return { commitId, treeId, narHash: `sha256-${hash.digest('base64')}`, files };
}

/** Kept under a digest that its bytes were held against, so that nothing else can ever lie there. */
export async function rememberSource({ git, blobs }: SourceDesk, key: string, kept: KeptSource): Promise<void> {
  const ref = `refs/sources/${key}`;
  const known = await git.resolve(ref);
  if (known !== kept.commitId) await git.updateRef(ref, kept.commitId, known);
  await blobs.put(`sources/${key}.json`, Buffer.from(JSON.stringify(kept)));
}

export async function rememberedSource({ git, blobs }: SourceDesk, key: string): Promise<KeptSource | null> {
  const found = await blobs.get(`sources/${key}.json`);
  if (found === null) return null;
  const kept = Kept.safeParse(JSON.parse(await buffer(found.stream).then(String))).data;
  return kept === undefined || (await git.resolve(kept.commitId)) === null ? null : kept;
}

function textOf(name: string, at: number) {
  return { message: name.slice(0, 200), authorName: 'Snowguard', authorEmail: 'snowguard@localhost', at };
}

/** The folder that everything lies in; null when there is not exactly one. */
function outerFolder(paths: readonly string[], folders: readonly string[]): string | null {
  const names = new Set([...paths, ...folders].map((path) => path.split('/', 1)[0] ?? ''));
  const [only] = names;
  return names.size === 1 && only !== undefined && !paths.includes(only) ? only : null;
}

function emptyFolders(paths: readonly string[], folders: readonly string[], outer: string | null): readonly string[] {
  const full = new Set<string>();
  for (const path of [...paths, ...folders])
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) full.add(path.slice(0, end));
  const inside = outer === null ? '' : `${outer}/`;
  return [...new Set(folders)]
    .filter((folder) => folder !== outer && !full.has(folder) && folder.startsWith(inside))
    .map((folder) => folder.slice(inside.length));
}
