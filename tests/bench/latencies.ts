/** How long each of many small pieces of work took. */
export interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly worstMs: number;
  /** The slowest first. */
  readonly over: (limitMs: number) => readonly { readonly name: string; readonly tookMs: number }[];
}

/** One after the other; `collect` sees what each gave. */
export async function latenciesOf<Result>(
  names: readonly string[],
  work: (name: string) => Result | Promise<Result>,
  collect: (result: Result) => void,
): Promise<Latencies> {
  const took: { readonly name: string; readonly tookMs: number }[] = [];
  for (const name of names) {
    const started = performance.now();
    const result = await work(name);
    took.push({ name, tookMs: performance.now() - started });
    collect(result);
  }
  took.sort((a, b) => b.tookMs - a.tookMs);
  const at = (share: number) => took[Math.floor(took.length * share)]?.tookMs ?? 0;
  return {
    p50Ms: at(0.5),
    p99Ms: at(0.01),
    worstMs: at(0),
    over: (limitMs) => took.filter(({ tookMs }) => tookMs > limitMs),
  };
}

/** `p50 0.31 ms, p99 4.80 ms, worst 11.2 ms`. */
export function latencyText({ p50Ms, p99Ms, worstMs }: Latencies): string {
  return `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, worst ${worstMs.toFixed(2)} ms`;
}
