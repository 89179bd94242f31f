import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../foundation/clock.ts';
import { type CheckOutcome, checkLock, emptyPolicy } from './check-lock.ts';
import { type SignedIn, whoAmI } from './client-login/index.ts';
import { tokenFor } from './consumer-answers/ask-server.ts';

export interface ClientStatus {
  readonly server: string;
  /** Null when no token is kept for the server. */
  readonly signedIn: SignedIn | null;
  /** Null when there is no lock here. */
  readonly lock: Pick<CheckOutcome, 'lock' | 'inputs' | 'mustAct' | 'notLookedAtSince'> | null;
}

/** How a consumer stands with a server: signed in as whom and until when, and what the lock here lacks. */
export async function clientStatus(given: {
  readonly server: string;
  readonly cwd: string;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}): Promise<ClientStatus> {
  const { server, cwd, environment, signal } = given;
  const token = await tokenFor(server, environment);
  const signedIn = token === null ? null : await whoAmI({ server, token, signal });
  const hasLock = (await stat(path.join(cwd, 'flake.lock')).catch(() => null)) !== null;
  if (!hasLock) return { server, signedIn, lock: null };
  const { lock, inputs, mustAct, notLookedAtSince } = await checkLock({
    ...given,
    lock: '.',
    closure: undefined,
    data: undefined,
    keys: [],
    workspace: undefined,
    atLeast: 'low',
    policy: emptyPolicy,
  });
  return { server, signedIn, lock: { lock, inputs, mustAct, notLookedAtSince } };
}
