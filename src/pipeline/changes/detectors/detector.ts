import type { EpochMs } from '../../../foundation/clock.ts';
import type { Instance } from '../../catalog/index.ts';

/** `critical` blocks, and one of the two who approve leads security; `high` needs two and a written reason; `info` is shown. */
export type HitSeverity = 'critical' | 'high' | 'info';

/** What a detector has to be given; where it is missing, the review says that the detector did not look. */
export type Need = 'packages' | 'builds' | 'files' | 'commits' | 'sources' | 'outputs' | 'signals';

export interface Hit {
  /** Null: the step as a whole. */
  readonly attr: string | null;
  readonly systems: readonly string[];
  /** One sentence for the reviewer. */
  readonly says: string;
  readonly severity: HitSeverity;
}

/**
 * One rule over an upstream step, a pure function of what was collected. The fifteen and their guards against false
 * alarms are those of the project's review reference; each has its true and its false examples in the test beside it.
 */
export interface Detector {
  /** `D01` … `D15`. */
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly needs: readonly Need[];
  readonly examine: (step: ExaminedStep) => readonly Hit[];
}

/** An upstream step as far as it was collected; null where nothing could be collected. */
export interface ExaminedStep {
  readonly at: EpochMs;
  readonly paths: readonly { readonly status: 'added' | 'modified' | 'deleted'; readonly path: string }[];
  /** The texts of the changed files that matter, before and after; null for a file that is not there. */
  readonly files: readonly ChangedFile[] | null;
  readonly commits: readonly ExaminedCommit[] | null;
  /** Covered packages of which a derivation differs. */
  readonly packages: readonly ExaminedPackage[];
  readonly windows: readonly CompromiseWindow[];
}

export interface ChangedFile {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Who did what to a commit, by the account names of the forge, else by e-mail address. */
export interface ExaminedCommit {
  readonly id: string;
  readonly subject: string;
  readonly author: string;
  readonly committer: string;
  readonly committedAt: EpochMs;
  readonly paths: readonly string[];
  /** Who had a part in what a merge brings in, and who is named at its end. */
  readonly others?: readonly { readonly account: string; readonly role: string; readonly at: EpochMs }[];
  /** Of the pull request; null for a commit outside any. Undefined where nobody asked the forge. */
  readonly request?: PullRequest | null;
}

export interface PullRequest {
  readonly number: number;
  readonly openedBy: string;
  readonly openedAt: EpochMs;
  readonly mergedBy: string;
  readonly mergedAt: EpochMs;
  /** The account on whose word a robot merged. */
  readonly mergedFor: string | null;
  readonly commandedAt: EpochMs | null;
  readonly approvals: readonly { readonly by: string; readonly at: EpochMs }[];
  readonly lastPushedAt: EpochMs;
  readonly forcePushedAt: EpochMs | null;
  readonly isFirstOfAuthor: boolean;
  /** The commit that it is a backport of, when both have the same patch-id and that one was approved. */
  readonly backportOf: string | null;
}

export interface ExaminedPackage {
  readonly attr: string;
  readonly pairs: readonly PackagePair[];
  /** Ids fixed by a patch that we or upstream carry, each with the version that has the fix; null when not known. */
  readonly fixedIn: ReadonlyMap<string, string | null>;
  readonly sources: SourceComparison | null;
  readonly outputs: { readonly before: OutputFacts; readonly after: OutputFacts } | null;
  readonly signals: UpstreamSignals | null;
}

/** One package on one system, before and after. */
export interface PackagePair {
  readonly system: string;
  readonly before: ExaminedBuild;
  readonly after: ExaminedBuild;
}

export type ExaminedBuild = Pick<
  Instance,
  'pname' | 'version' | 'sources' | 'patches' | 'maintainers' | 'knownVulnerabilities'
> & {
  /** The attributes of the derivation as text, lists joined by spaces; null where they were not evaluated. */
  readonly attributes: Readonly<Record<string, string>> | null;
  /** `meta.sourceProvenance`, short names; empty: from source. */
  readonly provenance: readonly string[];
};

/** A file of an unpacked source. */
export interface SourceFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly kind: 'text' | 'elf' | 'mach-o' | 'archive' | 'binary';
  /** Bits a byte, 0 to 8. */
  readonly entropy: number;
}

export interface SourceComparison {
  readonly declared: string;
  /** What fresh fetches gave: from where, the digest as declared ones are, and the digest of the unpacked tree. */
  readonly fetches: readonly { readonly place: string; readonly digest: string; readonly treeDigest: string }[];
  readonly before: readonly SourceFile[];
  readonly after: readonly SourceFile[];
  /** The tree of the version-control tag; null where there is none. */
  readonly tag: readonly SourceFile[] | null;
  /** Digests that a person allowed until an instant. */
  readonly allowed: ReadonlyMap<string, EpochMs>;
}

/** What was measured in a built output. */
export interface OutputFacts {
  readonly sizeBytes: number;
  readonly closureBytes: number;
  readonly needed: readonly string[];
  readonly symbols: readonly string[];
  readonly urls: readonly string[];
  /** `pie`, `relro`, `stack-protector` … */
  readonly hardening: readonly string[];
  readonly capabilities: readonly Capability[];
  /** Programs and scripts that were too large to look into. */
  readonly unread: number;
}

/** 1 low … 4 critical. */
export type CapabilityRisk = 1 | 2 | 3 | 4;

/** Something that a file of an output can do. */
export interface Capability {
  /** From the top of its output: `bin/tool`. */
  readonly file: string;
  readonly does: string;
  readonly risk: CapabilityRisk;
  /** The symbol or the text that shows it. */
  readonly by: string;
}

/** What is known of the upstream project around a release. */
export interface UpstreamSignals {
  readonly releasedAt: EpochMs | null;
  readonly releases: readonly EpochMs[];
  readonly signer: { readonly name: string; readonly firstSeenAt: EpochMs; readonly isNew: boolean } | null;
  readonly tagMoved: boolean;
  readonly transferred: boolean;
  readonly archived: boolean;
  readonly scorecard: { readonly before: number; readonly after: number } | null;
  /** The step resolves a known vulnerability of the package: it need not grow old first. */
  readonly fastLane: boolean;
}

/** The time in which an account was not its owner's alone; `to` null: still. */
export interface CompromiseWindow {
  readonly accounts: readonly string[];
  readonly from: EpochMs;
  readonly to: EpochMs | null;
}

/** One hit a package for what several systems share. */
export function hitsOf(
  step: ExaminedStep,
  severity: HitSeverity,
  look: (pair: PackagePair, examined: ExaminedPackage) => readonly string[],
): readonly Hit[] {
  return step.packages.flatMap((examined) => {
    const systems = new Map<string, string[]>();
    for (const pair of examined.pairs)
      for (const says of look(pair, examined)) systems.set(says, [...(systems.get(says) ?? []), pair.system]);
    return [...systems].map(([says, where]) => ({ attr: examined.attr, systems: where, says, severity }));
  });
}
