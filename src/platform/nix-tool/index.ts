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
}
