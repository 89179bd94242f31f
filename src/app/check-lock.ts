import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import { readText } from '../config/index.ts';
import { parseFlakeLock } from '../formats/nix/flake-lock.ts';
import type { Clock } from '../foundation/clock.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import { presentBoard } from '../http/api/present.ts';
import { boardSchema } from '../http/api/schemas.ts';
import { findInputs } from '../pipeline/consumers/index.ts';
import { silentProgress } from '../platform/log/index.ts';
import { createLog } from '../platform/log/pino.ts';
import { openWorkspace } from './open-workspace.ts';

type Board = z.infer<typeof boardSchema>;
type Band = Board['mustAct'][number]['band'];

const checkErrors = {
  malformed: { code: 'usage.malformed-lock', retryable: false },
  unanswered: { code: 'check.unanswered', retryable: true },
} as const;

/** What a lock lacks, counted from a severity upwards. The members are those of the API's answer. */
export interface CheckOutcome {
  readonly lock: string;
  /** The workspace folder or the server that answered; null when the lock names no registry. */
  readonly answeredBy: string | null;
  readonly inputs: Board['consumers'][number]['inputs'];
  readonly mustAct: Board['mustAct'];
}

/** Holds a flake.lock against a workspace or against the registry that the lock names. */
export async function checkLock(given: {
  readonly lock: string;
  readonly cwd: string;
  readonly workspace: string | undefined;
  readonly server: string | undefined;
  readonly atLeast: Exclude<Band, 'unknown'>;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Promise<CheckOutcome> {
  const file = await lockFile(path.resolve(given.cwd, given.lock));
  const text = await readText(file, {
    missing: 'Name a flake.lock or the folder it lies in; "nix flake lock" writes one.',
  });
  const parsed = parseFlakeLock(text);
  if (parsed.kind === 'malformed')
    throw new AppError(checkErrors.malformed, `${file} is not a flake.lock: ${parsed.reason}`, {
      hint: 'Write it anew with "nix flake lock".',
    });
  const inputs = findInputs(parsed.lock);
  const origin = given.server ?? originOf(parsed.lock.nodes.map((node) => node.locked?.url));
  if (given.workspace !== undefined) {
    const folder = path.resolve(given.cwd, given.workspace);
    return outcomeOf(file, folder, await askWorkspace(folder, inputs, given), given.atLeast);
  }
  if (inputs.length === 0 || origin === null) return { lock: file, answeredBy: null, inputs: [], mustAct: [] };
  return outcomeOf(file, origin, await askServer(origin, text), given.atLeast);
}

async function lockFile(named: string): Promise<string> {
  const found = await stat(named).catch(() => null);
  return found?.isDirectory() === true ? path.join(named, 'flake.lock') : named;
}

/** The origin of the first locked input that is one of ours. */
function originOf(urls: readonly (string | null | undefined)[]): string | null {
  const url = urls.find((candidate) => candidate != null && /\/f\/pinned\//.test(candidate));
  return url != null && URL.canParse(url) ? new URL(url).origin : null;
}

async function askWorkspace(
  folder: string,
  inputs: ReturnType<typeof findInputs>,
  given: { readonly clock: Clock; readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<Board> {
  const workspace = await openWorkspace({
    folder,
    clock: given.clock,
    environment: given.environment,
    progress: silentProgress,
    log: createLog({ level: 'error', pretty: true }),
  });
  try {
    return boardSchema.parse(presentBoard(await workspace.reads.standingOfInputs(inputs)));
  } finally {
    await workspace.close();
  }
}

// The person who runs this chose the server, or the lock's author did: it is where Nix itself fetches from.
async function askServer(origin: string, lock: string): Promise<Board> {
  const url = `${origin.replace(/\/+$/, '')}/api/v1/check`;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      body: lock,
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      signal: AbortSignal.timeout(30_000),
    });
    if (!answer.ok) throw new Error(`it answered with status ${answer.status}`);
    return boardSchema.parse(await answer.json());
  } catch (error) {
    throw new AppError(checkErrors.unanswered, `${url} could not answer: ${messageOf(error)}`, {
      cause: error,
      hint: 'Is that server up? Or ask a workspace on this machine with --workspace DIR.',
    });
  }
}

const order: readonly Band[] = ['critical', 'high', 'medium', 'low'];

/** An unrated fix counts as a high one, as the promise counts it. */
function counts(band: string, atLeast: Band): boolean {
  const at = order.findIndex((known) => known === (band === 'unknown' ? 'high' : band));
  return at >= 0 && at <= order.indexOf(atLeast);
}

function outcomeOf(lock: string, answeredBy: string, board: Board, atLeast: Band): CheckOutcome {
  return {
    lock,
    answeredBy,
    inputs: board.consumers.flatMap((consumer) => consumer.inputs),
    mustAct: board.mustAct.filter((action) => action.yanked || action.fixes.some((fix) => counts(fix.band, atLeast))),
  };
}
