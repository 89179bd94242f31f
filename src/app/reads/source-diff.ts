import type { PortalReads, SourceDiff, SourceDiffQuery } from '../../http/index.ts';
import type { GitRepository, PathChange } from '../../platform/git/index.ts';
import type { ReadContext } from './context.ts';

const mostBytes = 400_000;
const mostFiles = 2_000;
/** Of names on the command line of git. */
const mostNames = 100_000;
/** What a build reads comes before tests and documentation of any size. */
const builds =
  /(^|\/)(configure|Makefile|CMakeLists\.txt|meson\.build|build\.rs|setup\.py)[^/]*$|\.(m4|am|ac|cmake|sh|mk)$/;

/** The text of a source is read out of the repository of sources when somebody asks for it. */
export function sourceDiffRead({ context }: ReadContext): PortalReads['sourceDiff'] {
  const { reviews, reviewFacts } = context;
  return async ({ review: id, attr, against }: SourceDiffQuery): Promise<SourceDiff | null> => {
    const review = await reviews.byId(id);
    const source = review?.examination?.sources?.find((one) => one.attr === attr);
    const git = reviewFacts.sources?.git;
    const from = against === 'before' ? source?.before : source?.tag?.commitId;
    if (source === undefined || git === undefined || from == null) return null;
    for (const commitId of [from, source.after]) if ((await git.resolve(commitId)) === null) return null;
    const files = await git.diffPaths(from, source.after);
    const ordered = [...files].sort((a, b) => Number(builds.test(b.path)) - Number(builds.test(a.path)));
    const diff = await textOf(git, from, source.after, ordered);
    return { source, against, files: ordered.slice(0, mostFiles), fileCount: files.length, ...diff };
  };
}

async function textOf(git: GitRepository, from: string, to: string, files: readonly PathChange[]) {
  const parts = [files.filter(({ path }) => builds.test(path)), files.filter(({ path }) => !builds.test(path))];
  let text = '';
  let isCut = false;
  for (const part of parts) {
    const paths = fitting(part);
    isCut ||= paths.length < part.length;
    if (paths.length === 0 || text.length >= mostBytes) continue;
    const diff = await git.diffText(from, to, { paths, maxBytes: mostBytes - text.length });
    text += diff.text;
    isCut ||= diff.cut;
  }
  return { text, cut: isCut };
}

function fitting(files: readonly PathChange[]): readonly string[] {
  let size = 0;
  const end = files.findIndex(({ path }) => {
    size += Buffer.byteLength(path) + 1;
    return size > mostNames;
  });
  return (end < 0 ? files : files.slice(0, end)).map(({ path }) => path);
}
