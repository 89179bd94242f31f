/** A move of a channel's branch from one commit to another. */
export interface Change {
  readonly id: string;
  readonly channel: string;
  /** Null for the channel's first commit. */
  readonly from: string | null;
  readonly to: string;
  /** `found`: the branch was moved outside Snowguard, for example by a push. */
  readonly how: 'upstream' | 'fix' | 'rollback' | 'found';
  readonly at: number;
  readonly actor: string;
  /** How many commits came in; `commits` lists at most the newest 500 of them. */
  readonly commitCount: number;
  readonly commits: readonly ChangeCommit[];
  /** How many files differ; `paths` names at most the first 1,000. */
  readonly pathCount: number;
  readonly paths: readonly string[];
}

export interface ChangeCommit {
  readonly id: string;
  readonly subject: string;
  readonly authorName: string;
  readonly committedAt: number;
}

/** What a change did to one package, on the systems named. */
export type Effect = { readonly attr: string; readonly systems: readonly string[] } & EffectKind;

export type EffectKind =
  | { readonly kind: 'added'; readonly version: string }
  | { readonly kind: 'removed'; readonly version: string }
  | { readonly kind: 'bumped'; readonly from: string; readonly to: string; readonly downgrade: boolean }
  | { readonly kind: 'patch-added'; readonly patch: string }
  | { readonly kind: 'patch-removed'; readonly patch: string }
  /** The content of a patch of the same name changed. */
  | { readonly kind: 'patch-changed'; readonly patch: string }
  /** Another source under the same version: worth a look, always. */
  | { readonly kind: 'hash-changed'; readonly source: string; readonly from: string; readonly to: string }
  | { readonly kind: 'source-moved'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'vulnerabilities-declared';
      readonly added: readonly string[];
      readonly removed: readonly string[];
    }
  /** The derivation differs and nothing above says why: a dependency or the build changed. */
  | { readonly kind: 'rebuilt' };

/** A package that did not evaluate before, or does not now, is neither added nor removed: nothing is known of it. */
export interface ChangeEffects {
  readonly changeId: string;
  readonly beforeEvaluation: string | null;
  readonly afterEvaluation: string;
  readonly effects: readonly Effect[];
}
