import { AppError } from '../../foundation/errors.ts';
import type { NixTool } from '../../platform/nix-tool/index.ts';
import { evaluationExpression, failingExpression, type Wanted } from './expression.ts';

/** What one attribute gave, in the order wanted; `line` is JSON text of the inventory's shape. */
export type Answer =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'failed'; readonly how: 'throws' | 'aborts'; readonly message: string };

const maxRuns = 1000;
/** Each message costs an evaluation of its own. */
const maxMessages = 24;

/**
 * Evaluates many attributes in one process that tells each result as it goes. When the process ends early, the attribute
 * whose turn it was is the one that aborts the evaluator: it is set aside, and a new process goes on behind it, so that
 * nothing is evaluated twice. `wanted` is ordered by system; a set that evaluates for no system at all fails with
 * `catalog.broken-set`. An attribute that takes longer than `stallMs` counts as one that aborts.
 */
export async function evaluateWanted(options: {
  readonly nix: Pick<NixTool, 'evaluate'>;
  readonly tree: string;
  readonly nonce: string;
  readonly wanted: readonly Wanted[];
  readonly stallMs: number;
  readonly timeoutMs: number;
  /** A process is ended after so many attributes, to give its memory back. */
  readonly perProcess: number;
  readonly signal?: AbortSignal;
  readonly onAnswer: (wanted: Wanted, answer: Answer) => void;
}): Promise<void> {
  const { nix, tree, nonce, wanted } = options;
  const thrown: Wanted[] = [];
  const broken = new Map<string, AppError>();
  let at = 0;
  for (let run = 0; at < wanted.length; run++) {
    if (run >= maxRuns) throw tooMany(at);
    const part = wanted.slice(at, at + options.perProcess);
    const ready = new Set<string>();
    let told = 0;
    const failure = await watched(options, (signal, alive) =>
      nix.evaluate({
        expression: evaluationExpression({ tree, nonce, wanted: part }),
        readable: [tree],
        timeoutMs: options.timeoutMs,
        signal,
        onTrace: (text) => {
          if (!text.startsWith(nonce)) return;
          alive();
          const said = text.slice(nonce.length);
          const colon = said.indexOf(':');
          const index = said.slice(0, colon);
          const line = said.slice(colon + 1);
          if (index === 'ready') ready.add(line);
          const item = part[told];
          if (item === undefined || index !== String(told)) return;
          told++;
          if (line === '{"kind":"throws"}') thrown.push(item);
          else options.onAnswer(item, { kind: 'line', line });
        },
      }),
    );
    at += told;
    if (failure === null && told === part.length) continue;
    const culprit = part[told];
    if (culprit === undefined) continue;
    if (!ready.has(culprit.system)) {
      // Not one attribute is broken but the whole set, for this system.
      const error = brokenSet(culprit.system, failure);
      broken.set(culprit.system, error);
      for (; wanted[at]?.system === culprit.system; at++)
        options.onAnswer(wanted[at] ?? culprit, { kind: 'failed', how: 'aborts', message: error.message });
      continue;
    }
    options.onAnswer(culprit, { kind: 'failed', how: 'aborts', message: shortMessage(failure) });
    at++;
  }
  const [brokenFirst] = broken.values();
  if (brokenFirst !== undefined && broken.size === new Set(wanted.map((item) => item.system)).size) throw brokenFirst;
  for (const [index, item] of thrown.entries()) {
    const message = index < maxMessages ? await messageOfThrow(options, item) : 'the evaluation throws';
    options.onAnswer(item, { kind: 'failed', how: 'throws', message });
  }
}

/** The failure of an evaluation, or null. It is ended when `alive` was not called for `stallMs`. */
async function watched(
  options: { readonly stallMs: number; readonly signal?: AbortSignal },
  evaluate: (signal: AbortSignal, alive: () => void) => Promise<unknown>,
): Promise<string | null> {
  const stalled = new AbortController();
  const fire = () => stalled.abort();
  let timer = setTimeout(fire, options.stallMs);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(fire, options.stallMs);
  };
  const signals = options.signal === undefined ? [stalled.signal] : [stalled.signal, options.signal];
  try {
    await evaluate(AbortSignal.any(signals), alive);
    return null;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (stalled.signal.aborted) return `the evaluation gave nothing for ${Math.round(options.stallMs / 1000)} seconds`;
    if (error instanceof AppError && error.code === 'nix.evaluation') return error.message;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function messageOfThrow(options: Parameters<typeof evaluateWanted>[0], wanted: Wanted): Promise<string> {
  const failure = await watched(options, (signal) =>
    options.nix.evaluate({
      expression: failingExpression({ tree: options.tree, wanted }),
      readable: [options.tree],
      timeoutMs: options.timeoutMs,
      signal,
    }),
  );
  return failure === null ? 'the evaluation throws' : shortMessage(failure);
}

/** The last `error:` of Nix's message, where the cause stands, without the quoted source lines. */
export function shortMessage(message: string | null): string {
  const text = message ?? 'the evaluator ended early';
  const last = text.lastIndexOf('error: ');
  const cause = last < 0 ? text : text.slice(last + 'error: '.length);
  const lines = cause.split('\n').map((line) => line.trim());
  const end = lines.findIndex((line) => /^(at .*:\d+:\d+:|\d+\|)/.test(line));
  return (end <= 0 ? lines : lines.slice(0, end)).join(' ').replaceAll(/\s+/g, ' ').trim().slice(0, 2000);
}

function brokenSet(system: string, failure: string | null): AppError {
  return new AppError(
    { code: 'catalog.broken-set', retryable: false },
    `the package set does not evaluate for ${system}: ${shortMessage(failure)}`,
    { hint: 'Evaluate the same commit by hand with nix eval; the fault lies before the first package.' },
  );
}

function tooMany(at: number): AppError {
  return new AppError(
    { code: 'catalog.too-many-aborts', retryable: false },
    `${maxRuns} attributes abort the evaluator; gave up after ${at} attributes`,
    { hint: 'Take the broken attributes out of the covered list.' },
  );
}
