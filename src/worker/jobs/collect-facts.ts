import { signatureKey } from '../../formats/signature/key-of.ts';
import { messageOf } from '../../foundation/errors.ts';
import type { Instance } from '../../pipeline/catalog/index.ts';
import {
  type CollectedFacts,
  compareSource,
  createForge,
  type DetailsByPair,
  type ExaminedCommit,
  type Lacking,
  pairOf,
  peopleBehind,
  type Review,
  type SeenTag,
  scorecardOf,
  signalsOf,
} from '../../pipeline/changes/index.ts';
import type { WalkContext } from '../walk-context.ts';

const mostCommits = 5_000;
const mostPackages = 100;
/** Of a subject or an address; honest ones are shorter. */
const longestWords = 500;
/** Commits of a step that a forge is asked about, newest first. */
const mostAsked = 500;

/** What is fetched and asked for of the packages that a step changes, each as far as the settings let it. */
export async function collectPackageFacts(given: {
  readonly context: WalkContext;
  readonly old: readonly Instance[];
  readonly now: readonly Instance[];
  readonly details: DetailsByPair;
  /** Packages of which the step resolves a known vulnerability. */
  readonly resolves: ReadonlySet<string>;
  readonly signal: AbortSignal;
}): Promise<{ readonly collected: ReadonlyMap<string, CollectedFacts>; readonly lacking: Lacking }> {
  const { context, details, resolves, signal } = given;
  const { reviewFacts, blobs, fetcher, clock, progress } = context;
  const { sources } = reviewFacts;
  const changed = newSources(context, given.old, given.now);
  const collected = new Map<string, CollectedFacts>();
  if (changed.length === 0) return { collected, lacking: {} };
  if (sources === null) {
    const off = ['fetching sources is off: sources = true under [review]'];
    return { collected, lacking: { sources: off, signals: off } };
  }
  const lacks: string[] = [];
  const silent: string[] = [];
  const now = clock.now();
  const desk = { ...sources, blobs, fetcher, now, signal };
  const allowed = new Map((await reviewFacts.store.allowed(now)).map(({ sha256, until }) => [sha256, until]));
  const forge = reviewFacts.forge === null ? null : createForge({ fetcher, settings: reviewFacts.forge, signal });
  if (changed.length > mostPackages)
    lacks.push(`${changed.length} packages have new sources, ${mostPackages} are looked at`);
  for (const [index, { before, after }] of changed.slice(0, mostPackages).entries()) {
    progress.advance(index, changed.length, 'sources compared');
    const hashModes = details?.get(pairOf(after))?.hashModes ?? [];
    const {
      attr,
      comparison,
      source,
      tag,
      lacks: own,
    } = await compareSource(desk, { before, after, hashModes, allowed });
    lacks.push(...own);
    const signals = await signalsFor(context, {
      tag,
      forge,
      resolvesFlaw: resolves.has(attr),
      silent,
      attr,
      signal,
    });
    if (signals === null) silent.push(`${attr}: its repository was not looked at`);
    collected.set(attr, { sources: comparison, outputs: null, signals, source });
  }
  return { collected, lacking: { sources: lacks, signals: silent } };
}

async function signalsFor(
  { reviewFacts, clock, fetcher }: WalkContext,
  given: {
    readonly attr: string;
    readonly tag: SeenTag | null;
    readonly forge: ReturnType<typeof createForge> | null;
    readonly resolvesFlaw: boolean;
    readonly silent: string[];
    readonly signal: AbortSignal;
  },
): Promise<CollectedFacts['signals']> {
  const { attr, tag, forge, resolvesFlaw, silent, signal } = given;
  const failed = (error: unknown) => {
    signal.throwIfAborted();
    silent.push(`${attr}: ${messageOf(error).slice(0, 300)}`);
    return null;
  };
  const now = clock.now();
  const signer = tag?.signature == null ? null : signatureKey(tag.signature);
  const memory = tag === null ? null : await reviewFacts.store.rememberTag({ ...tag, signer }, now);
  const project = tag === null || forge === null ? null : await forge.projectOf(tag.repository).catch(failed);
  const scorecard = async (repository: string) => {
    const { scorecard: settings, store } = reviewFacts;
    const scored =
      settings === null ? null : await scorecardOf({ fetcher, settings, signal }, repository).catch(failed);
    const before = scored === null ? null : await store.rememberScorecard({ ...scored, repository });
    return scored === null || before === null ? null : { before, after: scored.score };
  };
  return signalsOf({
    tag,
    signer,
    memory,
    project,
    scorecard: tag === null ? null : await scorecard(tag.repository),
    resolvesFlaw,
    now,
  });
}

/** Packages whose sources differ, each on the first system that it is on. */
function newSources({ systems }: WalkContext, old: readonly Instance[], now: readonly Instance[]) {
  const before = new Map(old.map((instance) => [pairOf(instance), instance]));
  const found = new Map<string, { readonly before: Instance; readonly after: Instance }>();
  const inOrder = [...now].sort((a, b) => systems.indexOf(a.system) - systems.indexOf(b.system));
  for (const after of inOrder) {
    const then = before.get(pairOf(after));
    if (then === undefined || found.has(after.attr)) continue;
    if (JSON.stringify(then.sources) !== JSON.stringify(after.sources)) found.set(after.attr, { before: then, after });
  }
  return [...found.values()];
}

/** The commits of a step, newest first, with who stood behind each: by git, and by the forge where one is set. */
export async function collectCommits(
  context: WalkContext,
  { base, candidate, how }: Pick<Review, 'base' | 'candidate' | 'how'>,
  signal: AbortSignal,
): Promise<{ readonly commits: readonly ExaminedCommit[]; readonly lacking: Lacking }> {
  const { git, reviewFacts, fetcher } = context;
  const history = await git.history(candidate, { since: base, limit: mostCommits });
  const all = base === null ? [] : await git.history(candidate, { since: base, limit: mostCommits * 4, merged: true });
  const people = peopleBehind(history, all);
  const commits = history.map(
    (commit): ExaminedCommit => ({
      id: commit.id,
      subject: commit.subject.slice(0, longestWords),
      author: commit.author.email.slice(0, longestWords),
      committer: commit.committer.email.slice(0, longestWords),
      committedAt: commit.committedAt,
      paths: commit.paths,
      others: people.get(commit.id) ?? [],
    }),
  );
  // What one of us brings in has no request at the forge of upstream.
  if (how !== 'upstream' || base === null || commits.length === 0) return { commits, lacking: {} };
  const { forge: settings } = reviewFacts;
  if (settings === null) return { commits, lacking: { commits: ['no forge is set: [review.forge]'] } };
  const forge = createForge({ fetcher, settings, signal });
  const asked: ExaminedCommit[] = [];
  const lacks: string[] = [];
  for (const commit of commits) {
    const isOurs = commit.committer === 'snowguard@localhost';
    if (asked.length >= mostAsked || lacks.length > 0 || isOurs) {
      asked.push(commit);
      continue;
    }
    try {
      asked.push({ ...commit, request: await forge.requestOf(commit.id) });
    } catch (error) {
      signal.throwIfAborted();
      lacks.push(messageOf(error).slice(0, 300));
      asked.push(commit);
    }
  }
  if (commits.length > mostAsked) lacks.push(`the forge was asked about the newest ${mostAsked} commits only`);
  return { commits: asked, lacking: { commits: lacks } };
}
