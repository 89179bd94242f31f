/** A channel: a branch over upstream, published as one flake. */
export interface Channel {
  readonly id: string;
  /** Full ref name in the workspace's repository, for example `refs/heads/rolling`. */
  readonly branch: string;
}

/** A source archive or repository a derivation is built from. */
export interface Source {
  readonly name: string;
  readonly urls: readonly string[];
  readonly hash: string | null;
  readonly rev: string | null;
  readonly tag: string | null;
}

/** A patch in a derivation's `patches`. `content` is kept for patches that lie in the tree. */
export interface Patch {
  readonly name: string;
  readonly urls: readonly string[];
  readonly hash: string | null;
  readonly path: string | null;
  readonly content: string | null;
  /** It is fetched to be taken back: `fetchpatch` with `revert`. */
  readonly reverts?: true;
}

export interface CpeParts {
  readonly part: string;
  readonly vendor: string | null;
  readonly product: string;
  readonly version: string | null;
  readonly update: string | null;
}

/**
 * What a package takes in. Nix tells store paths of derivations, which change with every compiler; stored are the
 * attributes of the same evaluation that have them.
 */
export interface Inputs {
  /** Only run while it is built: `nativeBuildInputs` and their kin. */
  readonly build: readonly string[];
  /** For where it runs: `buildInputs` and their kin, which it links, loads or hands on. */
  readonly run: readonly string[];
}

/** A package on one system as Nix evaluated it: one derivation. */
export interface Instance {
  readonly attr: string;
  readonly system: string;
  readonly pname: string;
  readonly version: string;
  readonly name: string;
  readonly drvPath: string | null;
  readonly outputs: Readonly<Record<string, string>>;
  readonly sources: readonly Source[];
  readonly patches: readonly Patch[];
  readonly cpe: readonly CpeParts[];
  readonly purls: readonly string[];
  readonly licences: readonly string[];
  readonly maintainers: readonly string[];
  readonly position: string | null;
  readonly description: string;
  readonly homepage: string | null;
  readonly knownVulnerabilities: readonly string[];
  /** The program that people run of it; absent where none is named. */
  readonly mainProgram?: string;
  /** Absent where none are told. */
  readonly inputs?: Inputs;
}

/** What one attribute gave: an instance, or the reason it gave none. */
export type Evaluated =
  | { readonly kind: 'instance'; readonly instance: Instance }
  | {
      readonly kind: 'failed';
      readonly attr: string;
      readonly system: string;
      readonly how: 'throws' | 'aborts' | 'missing';
      readonly message: string;
    };

/** What is promised on a system: everything, or that it is evaluated and watched but not built. */
export const systemTiers = ['full', 'evaluates'] as const;
export type SystemTier = (typeof systemTiers)[number];

/** An entry of the covered set. */
export interface CoveredPackage {
  readonly attr: string;
  readonly category: string;
  readonly owner: string;
  readonly since: string;
  /** Who wanted it. */
  readonly askedBy?: readonly string[];
  /** By system; full where nothing is said. */
  readonly tiers?: Readonly<Record<string, SystemTier>>;
}

/** The announced end of a package's coverage. Without a second person it is only a proposal; until `endsAt` all holds. */
export interface CoverageNotice {
  readonly attr: string;
  readonly reason: string;
  readonly proposedBy: string;
  readonly proposedAt: number;
  readonly approvedBy: string | null;
  readonly approvedAt: number | null;
  /** From then on the package may leave the files; null before a second person agreed. */
  readonly endsAt: number | null;
}

/** One complete evaluation of a channel's commit. */
export interface Evaluation {
  readonly id: string;
  readonly channel: string;
  readonly commitId: string;
  readonly at: number;
  readonly origin: 'nix' | 'inventory';
  readonly instances: number;
  readonly failures: number;
}
