export { withoutSecrets } from './git-process.ts';
export { parseProgress } from './parse-progress.ts';
export { assertSafePaths } from './tree-paths.ts';

/** One line of `git ls-tree -r -z --full-tree`. */
export interface TreeEntry {
  readonly mode: '100644' | '100755' | '120000' | '160000';
  readonly objectId: string;
  readonly path: string;
}

export interface CommitInfo {
  readonly id: string;
  readonly treeId: string;
  readonly parents: readonly string[];
  readonly authorName: string;
  readonly authorEmail: string;
  /** Epoch milliseconds; git keeps whole seconds. */
  readonly committedAt: number;
  readonly subject: string;
  readonly body: string;
}

/** A commit with who made it and what it touched, for those who review it. */
export interface HistoryEntry {
  readonly id: string;
  readonly parents: readonly string[];
  readonly author: { readonly name: string; readonly email: string };
  readonly committer: { readonly name: string; readonly email: string };
  /** Epoch milliseconds. */
  readonly committedAt: number;
  readonly subject: string;
  readonly body: string;
  /** Against its first parent. */
  readonly paths: readonly string[];
}

export interface PathChange {
  readonly status: 'added' | 'modified' | 'deleted';
  readonly path: string;
}

/** Author and committer of a commit that Snowguard writes; `at` in epoch milliseconds. */
export interface CommitText {
  readonly message: string;
  readonly authorName: string;
  readonly authorEmail: string;
  readonly at: number;
}

export type FileEdit =
  | {
      readonly kind: 'write';
      readonly path: string;
      readonly content: string | Uint8Array;
      readonly mode?: '100644' | '100755' | '120000';
    }
  | { readonly kind: 'remove'; readonly path: string };

/** A file of a tree that is brought in from elsewhere. */
export interface TreeFile {
  readonly path: string;
  readonly mode: '100644' | '100755' | '120000';
  readonly content: Uint8Array;
}

export interface RemoteTag {
  readonly name: string;
  readonly commitId: string;
}

/** What a tag says of itself. */
export interface TagFacts {
  /** When it was made, else when its commit was; epoch milliseconds. */
  readonly at: number | null;
  /** E-mail address; null for a tag that is only a name. */
  readonly tagger: string | null;
  /** Armoured; null where it is not signed. */
  readonly signature: string | null;
}

/** A commit of a history to import; parents are named, and stand before it in the list. */
export interface HistoryCommit {
  readonly name: string;
  /** Full ref name that moves to this commit. */
  readonly ref: string;
  /** The first is what the edits are made on. */
  readonly parents: readonly string[];
  readonly edits: readonly FileEdit[];
  readonly text: CommitText;
}

export type MergeOutcome =
  | { readonly kind: 'merged'; readonly commitId: string }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

/** One request of the smart HTTP protocol. */
export interface GitRequest {
  readonly method: string;
  /** Below the folder that holds the repository: `/repository.git/info/refs`. */
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  readonly contentEncoding: string;
  /** The header `Git-Protocol`. */
  readonly protocol: string;
  readonly body: ReadableStream<Uint8Array> | null;
  /** Null: only reading. Else the one ref that may be written, in a namespace of who pushes. */
  readonly push: { readonly ref: string; readonly namespace: string } | null;
  readonly signal: AbortSignal;
}

export interface GitAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: ReadableStream<Uint8Array>;
  /** Resolves once git is done with the repository. */
  readonly ended: Promise<void>;
}

export type PickOutcome =
  | { readonly kind: 'picked'; readonly commitId: string }
  /** The commit it was put on has all of it already. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

export type ApplyOutcome =
  | { readonly kind: 'applied'; readonly commitId: string }
  | { readonly kind: 'fits' }
  /** In git's words. */
  | { readonly kind: 'refused'; readonly why: string };

/** A bare repository, driven through the `git` program; machine-readable output only. */
export interface GitRepository {
  readonly directory: string;
  /** The commit a ref or id names, or null. */
  readonly resolve: (reference: string) => Promise<string | null>;
  readonly commit: (reference: string) => Promise<CommitInfo>;
  /** Newest first; `since` excludes what it reaches. */
  readonly log: (
    reference: string,
    options?: { readonly since?: string; readonly limit?: number },
  ) => Promise<readonly CommitInfo[]>;
  /** Along the first parents, newest first; `since` excludes what it reaches. `merged`: everything that it reaches, without paths. */
  readonly history: (
    reference: string,
    options: { readonly since: string | null; readonly limit: number; readonly merged?: boolean },
  ) => Promise<readonly HistoryEntry[]>;
  /** Number of commits reachable, Nix's `revCount`; `since` excludes what it reaches. */
  readonly countCommits: (reference: string, since?: string | null) => Promise<number>;
  readonly listTree: (reference: string) => Promise<readonly TreeEntry[]>;
  /** Contents in the order asked for, through one `git cat-file --batch`. */
  readonly readBlobs: (
    objectIds: Iterable<string>,
  ) => AsyncIterable<{ readonly objectId: string; readonly content: Buffer }>;
  /** The content of one file at a commit, or null. */
  readonly readFile: (reference: string, path: string) => Promise<Buffer | null>;
  /** The files of a commit that are there, by path, through one process. */
  readonly readFiles: (reference: string, paths: readonly string[]) => Promise<ReadonlyMap<string, Buffer>>;
  /** A unified diff of some paths, cut after `maxBytes`. */
  readonly diffText: (
    from: string,
    to: string,
    options: { readonly paths: readonly string[]; readonly maxBytes: number },
  ) => Promise<{ readonly text: string; readonly cut: boolean }>;
  readonly diffPaths: (from: string, to: string) => Promise<readonly PathChange[]>;
  /** Fetches one branch from a URL into `into` (a full ref name); filter `blob:none` where the server allows it. */
  readonly fetch: (options: {
    readonly url: string;
    readonly branch: string;
    readonly into: string;
    readonly partial: boolean;
    readonly onProgress?: (line: string) => void;
    readonly signal?: AbortSignal;
  }) => Promise<string>;
  /** Refs below a prefix, with what they name. */
  readonly refs: (prefix: string) => Promise<readonly { readonly ref: string; readonly commitId: string }[]>;
  /** The branch that a clone checks out. */
  readonly setHead: (branch: string) => Promise<void>;
  /** Takes a ref out when it still points at `from`. */
  readonly deleteRef: (ref: string, from: string) => Promise<void>;
  /** Copies a ref of another repository on this machine, with what it reaches. */
  readonly takeRef: (options: {
    readonly directory: string;
    readonly ref: string;
    readonly into: string;
  }) => Promise<void>;
  /** Moves a ref only when it still points at `from` (null: must not exist). */
  readonly updateRef: (ref: string, to: string, from: string | null) => Promise<void>;
  /** Whether `descendant` reaches `ancestor`; a commit reaches itself. */
  readonly isAncestor: (ancestor: string, descendant: string) => Promise<boolean>;
  /** Whether `descendant` reaches every one of these, in one walk. */
  readonly reachesAll: (descendant: string, ancestors: readonly string[]) => Promise<boolean>;
  /** The best common ancestor; null when there is none. */
  readonly mergeBase: (a: string, b: string) => Promise<string | null>;
  /** A new commit that no ref names yet; `parent` null for a first one. */
  readonly writeCommit: (options: {
    readonly parent: string | null;
    readonly edits: readonly FileEdit[];
    readonly text: CommitText;
  }) => Promise<string>;
  /** A first commit of files as they come, for trees too large to hold. No ref moves; what `files` throws is thrown. */
  readonly importTree: (options: {
    readonly files: AsyncIterable<TreeFile>;
    readonly text: CommitText;
  }) => Promise<string>;
  /** The tree of a commit, or of one folder of it; null when there is none. */
  readonly treeId: (commitId: string, folder: string | null) => Promise<string | null>;
  /** The tags of a repository elsewhere. */
  readonly remoteTags: (options: {
    readonly url: string;
    readonly signal: AbortSignal;
  }) => Promise<readonly RemoteTag[]>;
  /** Fetches the tree of one tag into `into` (a full ref name), without its history. */
  readonly fetchTag: (options: {
    readonly url: string;
    readonly tag: string;
    readonly into: string;
    readonly signal: AbortSignal;
  }) => Promise<TagFacts>;
  /** A whole history at once; the ids by name. Refs move, but never away from what they hold. */
  readonly importHistory: (commits: readonly HistoryCommit[]) => Promise<ReadonlyMap<string, string>>;
  /** A merge commit of two full commit ids, or the paths that both changed. No ref moves. */
  readonly merge: (options: {
    readonly ours: string;
    readonly theirs: string;
    readonly text: CommitText;
  }) => Promise<MergeOutcome>;
  /** What a commit did to its first parent, done again on another commit. No ref moves. */
  readonly cherryPick: (options: {
    readonly onto: string;
    readonly commit: CommitInfo;
    readonly text: CommitText;
  }) => Promise<PickOutcome>;
  /** A text that `git diff` or `git format-patch` wrote, as a commit on another. Without `text` it is only tried, and nothing is written. */
  readonly applyPatch: (options: {
    readonly onto: string;
    readonly patch: string;
    readonly text: CommitText | null;
  }) => Promise<ApplyOutcome>;
  /** A commit of a tree that is there; the same given is the same commit. No ref moves. */
  readonly commitTree: (options: {
    readonly treeId: string;
    readonly parents: readonly string[];
    readonly text: CommitText;
  }) => Promise<string>;
  /** `git patch-id --stable` of commits that touch some paths: what they change, whatever lies around it. */
  readonly patchIds: (options: {
    readonly reference: string;
    readonly since: string | null;
    readonly paths: readonly string[];
  }) => Promise<ReadonlyMap<string, string>>;
  /** One digest of all that differs between two commits, wherever in their files it stands; null where nothing does. */
  readonly patchDigest: (from: string, to: string) => Promise<string | null>;
  /** Writes the tree of a commit, or one folder of it (`commit:folder`), to an empty directory. */
  readonly exportTree: (reference: string, into: string) => Promise<void>;
  /** Lends a folder with the tree of a commit (a full id) for reading only; what it costs follows what changed since the last. */
  readonly withTree: <Result>(commitId: string, use: (folder: string) => Promise<Result>) => Promise<Result>;
}
