import type { Fetcher } from '../../../platform/fetcher/index.ts';
import type { GitRepository } from '../../../platform/git/index.ts';
import type { NixTool } from '../../../platform/nix-tool/index.ts';
import type { Channel, Instance } from '../../catalog/index.ts';

/** In the order in which they are tried. */
export const proposalWays = ['backport', 'bump', 'patch', 'distribution'] as const;
export type ProposalWay = (typeof proposalWays)[number];

/** One vulnerability that the proposal is to resolve, as the advisory tells it. */
export interface FlawToFix {
  readonly advisoryId: string;
  /** CVE and other ids of the same. */
  readonly aliases: readonly string[];
  /** The lowest version above the carried one that has the fix; null when no range says. */
  readonly fixedIn: string | null;
  /** Links of the advisory and of what distributions state. */
  readonly references: readonly string[];
}

export interface ProposalContext {
  readonly git: GitRepository;
  /** Null: what has to be asked of Nix is not proposed. */
  readonly nix: Pick<NixTool, 'build'> | null;
  readonly fetcher: Fetcher;
  readonly channel: Channel;
  /** The commit that the channel is on. */
  readonly base: string;
  /** Newer branches of the channel's upstream, fetched. */
  readonly newer: readonly { readonly name: string; readonly commitId: string }[];
  readonly instance: Instance;
  /** The file that the package is written in. */
  readonly file: string;
  readonly flaws: readonly FlawToFix[];
  readonly signal: AbortSignal;
}

/** What one way came to. A commit has no ref yet. */
export type WayOutcome =
  | { readonly kind: 'made'; readonly commitId: string }
  | { readonly kind: 'not'; readonly why: string };

export type ProposalOutcome = {
  /** What does not apply before the one that does, each with its reason. */
  readonly refused: readonly { readonly way: ProposalWay; readonly why: string }[];
} & (
  | { readonly kind: 'made'; readonly way: ProposalWay; readonly commitId: string; readonly ref: string }
  | { readonly kind: 'none' }
);
