/** The real `nix` program. Absent on many servers: every user of it has a way without. */
export interface NixTool {
  readonly version: string;
  /**
   * `nix eval --json` (or `nix-instantiate --eval --strict --json`) of an expression; pure text in, JSON text out.
   * One process. Fails with code `nix.evaluation` and Nix's own message, bounded to 20,000 characters.
   */
  readonly evaluate: (options: { readonly expression: string; readonly cwd?: string; readonly timeoutMs: number; readonly signal?: AbortSignal }) => Promise<string>;
  /**
   * Evaluates many attributes with one process where that is possible; an attribute that aborts the evaluator is found by
   * halving, and reported alone. Calls `onResult` once an attribute.
   */
  readonly environment: Readonly<Record<string, string>>;
  readonly program: string;
}
