import { createHash } from 'node:crypto';
import type { EpochMs } from '../../../foundation/clock.ts';
import { messageOf } from '../../../foundation/errors.ts';
import type { Instance, Source } from '../../catalog/index.ts';
import type { SourceComparison } from '../detectors/detector.ts';
import { digestOf } from '../detectors/src-hash-swap.ts';
import { type FreshFetch, fetchFresh, knownSource, type Recipe } from './fetch-source.ts';
import { lookThrough } from './keep-source.ts';
import type { KeptSource, SourceDesk } from './model.ts';
import { repositoryOf, tagOf } from './tag-of.ts';

/** The source of a package that changed, as it was looked at; commits are those of the repository of sources. */
export interface ReviewedSource {
  readonly attr: string;
  readonly name: string;
  readonly declared: string;
  /** Where it was fetched anew, and whether that place gave what is declared; null where it cannot be told. */
  readonly places: readonly { readonly place: string; readonly agrees: boolean | null }[];
  readonly before: string | null;
  readonly after: string;
  readonly tag: { readonly repository: string; readonly name: string; readonly commitId: string } | null;
}

/** A tag as the repository of a project had it when a source was looked at. */
export interface SeenTag {
  readonly repository: string;
  readonly name: string;
  readonly commitId: string;
  readonly at: EpochMs | null;
  readonly tagger: string | null;
  readonly signature: string | null;
}

export interface ComparedSource {
  readonly attr: string;
  readonly comparison: SourceComparison | null;
  readonly source: ReviewedSource | null;
  readonly tag: SeenTag | null;
  /** What could not be looked at, a sentence each. */
  readonly lacks: readonly string[];
}

const tagMs = 5 * 60_000;

/** The new source of a package against the old one, against its own digest, and against the tree of its tag. */
export async function compareSource(
  desk: SourceDesk,
  given: {
    readonly before: Instance;
    readonly after: Instance;
    /** `outputHashMode` of the new sources where it was evaluated. */
    readonly hashModes: readonly string[];
    readonly allowed: SourceComparison['allowed'];
  },
): Promise<ComparedSource> {
  const { before, after } = given;
  const { attr } = after;
  const lacks: string[] = [];
  const digests = new Set(before.sources.map(({ hash }) => digestOf(hash)));
  const [source, ...more] = after.sources.filter(({ hash }) => hash !== null && !digests.has(digestOf(hash)));
  if (source === undefined) return { attr, comparison: null, source: null, tag: null, lacks };
  if (more.length > 0) lacks.push(`${attr}: only the first of ${more.length + 1} new sources is looked at`);
  const { fetches, refused } = await fetchFresh(desk, source);
  const [first] = [...fetches].sort((a, b) => Number(b.agrees !== null) - Number(a.agrees !== null));
  const tag = await tagTree(desk, after);
  if ('why' in tag) lacks.push(`${attr}: ${tag.why}`);
  const seen = 'why' in tag ? null : tag.seen;
  if (first === undefined) {
    lacks.push(`${attr}: ${refused[0] ?? `${source.name} has no http address`}`);
    return { attr, comparison: null, source: null, tag: seen, lacks };
  }
  const old = await olderSource(desk, before, source);
  if (old !== null && 'why' in old) lacks.push(`${attr}: ${old.why}`);
  const known = old === null || 'why' in old ? null : old;
  const recipe = recipeOf({
    fetches,
    mode: given.hashModes[after.sources.indexOf(source)],
    old: known?.recipe ?? null,
  });
  if (recipe === null)
    lacks.push(
      `${attr}: the digest of ${source.name} is of neither the archive nor its folder, and cannot be held against it`,
    );
  const tree = 'why' in tag ? null : tag.kept;
  const declared = digestOf(source.hash) ?? '';
  const places = fetches.map(({ place, agrees }) => ({ place, agrees: recipe === null ? null : agrees !== null }));
  // The tree of the tag confirms a digest of the folder; where it differs, a forge may have left files out of its archive.
  if (tree?.narHash === declared) places.push({ place: `tag ${seen?.name}`, agrees: true });
  return {
    attr,
    comparison: {
      declared,
      fetches: recipe === null ? [] : fetches.map((fetched) => asDeclared(fetched, recipe)),
      before: known?.kept.files ?? [],
      after: first.kept.files,
      tag: tree?.files ?? null,
      allowed: given.allowed,
    },
    source: {
      attr,
      name: source.name,
      declared,
      places,
      before: known?.kept.commitId ?? null,
      after: first.kept.commitId,
      tag:
        seen === null || tree === null
          ? null
          : { repository: seen.repository, name: seen.name, commitId: tree.commitId },
    },
    tag: seen,
    lacks,
  };
}

function asDeclared({ place, flat, kept }: FreshFetch, recipe: Recipe) {
  return { place, digest: recipe === 'flat' ? flat : kept.narHash, treeDigest: kept.treeId };
}

/** What agreed shows what the digest is of; else what Nix said of it, else what the one before was of. */
function recipeOf(given: {
  readonly fetches: readonly FreshFetch[];
  readonly mode: string | undefined;
  readonly old: Recipe | null;
}): Recipe | null {
  const agreed = given.fetches.find(({ agrees }) => agrees !== null)?.agrees;
  return agreed ?? (given.mode === 'flat' ? 'flat' : given.old);
}

async function olderSource(desk: SourceDesk, before: Instance, now: Source) {
  const same = before.sources[0];
  const old = before.sources.find(({ name }) => name === now.name) ?? same;
  return old === undefined ? null : knownSource(desk, old);
}

/** The tree of the tag of a version, in the project's own repository. */
async function tagTree(
  desk: SourceDesk,
  instance: Instance,
): Promise<{ readonly seen: SeenTag; readonly kept: KeptSource } | { readonly why: string }> {
  const url = repositoryOf(instance, desk.settings.repositories);
  if (url === null) return { why: 'its repository is not known: name it under [review.repositories]' };
  const signal = AbortSignal.any([desk.signal, AbortSignal.timeout(tagMs)]);
  try {
    const tag = tagOf(instance, await desk.git.remoteTags({ url, signal }));
    if (tag === null) return { why: `${url} has no tag for ${instance.version}` };
    const into = `refs/tagged/${createHash('sha256').update(`${url} ${tag.name}`).digest('hex')}`;
    const facts = await desk.git.fetchTag({ url, tag: tag.name, into, signal });
    const commitId = (await desk.git.resolve(into)) ?? tag.commitId;
    const seen = { repository: url, ...tag, commitId, ...facts };
    return { seen, kept: await lookThrough(desk, commitId, []) };
  } catch (error) {
    desk.signal.throwIfAborted();
    return { why: messageOf(error).slice(0, 300) };
  }
}
