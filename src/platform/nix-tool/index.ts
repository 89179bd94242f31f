/** The real `nix` program. Absent on many servers: every user of it has a way without. */
export interface NixTool {
  readonly version: string;
  /** Absolute path of the `nix` program, and the variables it runs with; for other subcommands. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Evaluates an expression (`nix eval --json`) in one process, without writing to the store; text in, JSON text out.
   * Fails with code `nix.evaluation` and Nix's own message, bounded to 20,000 characters; `nix.timeout`; `nix.too-large`.
   */
  readonly evaluate: (options: {
    readonly expression: string;
    /** Folders the expression may read; everything else, the network too, is closed to it. */
    readonly readable?: readonly string[];
    readonly cwd?: string;
    readonly timeoutMs: number;
    readonly signal?: AbortSignal;
    /** Called with each text given to `builtins.trace`, in order, while the evaluation runs. */
    readonly onTrace?: (text: string) => void;
  }) => Promise<string>;
  /** Builds what an expression names (`nix build`), with the evaluation closed in as above and bounded in time. */
  readonly build: (options: {
    readonly expression: string;
    readonly readable: readonly string[];
    readonly timeoutMs: number;
    readonly signal?: AbortSignal;
  }) => Promise<BuildOutcome>;
  /** Writes a store path as an archive into a file. Fails with `nix.too-large` or `nix.store`. */
  readonly dump: (options: {
    readonly path: string;
    readonly into: string;
    readonly maxBytes: number;
    readonly signal: AbortSignal;
  }) => Promise<void>;
  /** All of some store paths together, and the largest of their closures. */
  readonly sizes: (options: {
    readonly paths: readonly string[];
    readonly signal: AbortSignal;
  }) => Promise<{ readonly sizeBytes: number; readonly closureBytes: number }>;
}

/** `log` is the end of what Nix said, at most 200,000 characters. */
export type BuildOutcome =
  | { readonly kind: 'built'; readonly outputs: readonly string[]; readonly log: string }
  /** One fixed-output derivation gave something else than its hash says. */
  | { readonly kind: 'other-hash'; readonly got: string; readonly log: string }
  | { readonly kind: 'failed'; readonly log: string }
  | { readonly kind: 'timeout'; readonly log: string };
