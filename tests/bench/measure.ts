import type { PeakMemory } from './peak-memory.ts';

/** Work of ours that is timed beside the floor it is compared with: the same work by the best other means. */
export interface Benchmark {
  readonly title: string;
  /** Timed runs of either side, after one of each that is not timed. */
  readonly runs: number;
  /** Sets up in `folder`, which is empty and is removed afterwards; or says in one line why it cannot run here. */
  readonly prepare: (folder: string) => Promise<Prepared | { readonly missing: string }>;
}

export interface Prepared {
  /** What is worked on, such as `10,000 files, 200 MB`. */
  readonly input: string;
  readonly ours: Side;
  readonly floor: Side;
  /** What else was seen, once all runs are done; goals that are no ratio stand there. */
  readonly note?: () => string;
}

export interface Side {
  readonly name: string;
  /** What both sides return must be equal: a benchmark of unequal work is refused. */
  readonly run: () => Promise<unknown>;
}

/** What `run` returns where a program of its own takes the time, for one unit of work. */
export interface SelfTimed {
  readonly kind: 'self-timed';
  readonly tookMs: number;
  readonly result: unknown;
}

export interface Timing {
  readonly name: string;
  readonly minMs: number;
  readonly medianMs: number;
  /** The most that this process held in any timed run, MiB, with what it held before. */
  readonly peakMb: number;
}

export interface Measurement {
  readonly input: string;
  readonly ours: Timing;
  readonly floor: Timing;
  /** How many times the floor's fastest run fits into our fastest run. */
  readonly ratio: number;
  readonly note?: string;
}

/** Both sides by turns, so that what else the machine does hits both alike. */
export async function measure(
  prepared: Prepared,
  given: { readonly runs: number; readonly nowMs: () => number; readonly memory: PeakMemory },
): Promise<Measurement> {
  const ours: Run[] = [];
  const floor: Run[] = [];
  for (let run = 0; run <= given.runs; run++) {
    const first = await timed(prepared.floor, given);
    const second = await timed(prepared.ours, given);
    const [wanted, got] = [JSON.stringify(first.result), JSON.stringify(second.result)];
    if (got !== wanted) throw new Error(`${prepared.ours.name} gave ${got}, ${prepared.floor.name} gave ${wanted}`);
    if (run === 0) continue;
    floor.push(first);
    ours.push(second);
  }
  const timings = { ours: timingOf(prepared.ours, ours), floor: timingOf(prepared.floor, floor) };
  const ratio = timings.ours.minMs / timings.floor.minMs;
  return { input: prepared.input, ...timings, ratio, ...(prepared.note && { note: prepared.note() }) };
}

interface Run {
  readonly tookMs: number;
  readonly peakMb: number;
}

async function timed(
  side: Side,
  { nowMs, memory }: { readonly nowMs: () => number; readonly memory: PeakMemory },
): Promise<Run & { readonly result: unknown }> {
  memory.reset();
  const started = nowMs();
  const given = await side.run();
  const { result, tookMs } = isSelfTimed(given) ? given : { result: given, tookMs: nowMs() - started };
  return { result, tookMs, peakMb: memory.mb() };
}

function isSelfTimed(result: unknown): result is SelfTimed {
  return typeof result === 'object' && result !== null && 'kind' in result && result.kind === 'self-timed';
}

function timingOf({ name }: Side, runs: readonly Run[]): Timing {
  const sorted = runs.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return {
    name,
    minMs: sorted[0] ?? Number.NaN,
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
    peakMb: Math.max(...runs.map(({ peakMb }) => peakMb)),
  };
}
