import type { EpochMs } from '../foundation/clock.ts';
import type { RandomBytes } from '../foundation/ids.ts';
import type { JournalTables } from '../journal/index.ts';
import type { Database } from '../platform/database/index.ts';
import { type ClosureStore, createClosureStore } from './closure-store.ts';
import { readCredential } from './credential.ts';
import { createGrantStore, type GrantStore } from './grant-store.ts';
import type { VerifyWorkload } from './oidc/verify-workload.ts';
import { createPeopleStore, type PeopleStore } from './people-store.ts';
import { createSessionStore, type SessionStore } from './session-store.ts';
import type { AccountsTables } from './tables.ts';
import { createTokenStore, type Proven, type TokenStore } from './token-store.ts';

/** What a credential in an `Authorization` header stands for. */
export type Authenticated =
  | ({ readonly kind: 'principal' } & Proven)
  /** It opens one closure at the cache, and nothing else. */
  | { readonly kind: 'closure'; readonly storePath: string }
  | { readonly kind: 'invalid' };

export interface Accounts {
  readonly people: PeopleStore;
  readonly tokens: TokenStore;
  readonly sessions: SessionStore;
  readonly closures: ClosureStore;
  readonly grants: GrantStore;
  readonly authenticate: (text: string, at: EpochMs) => Promise<Authenticated>;
}

export function createAccounts(given: {
  readonly db: Database<AccountsTables & JournalTables>;
  readonly random: RandomBytes;
  /** The organisation of the house. */
  readonly organisation: string;
  /** Null where no CI is let in by what its issuer signs. */
  readonly verifyWorkload: VerifyWorkload | null;
}): Accounts {
  const people = createPeopleStore(given.db);
  const grants = createGrantStore({ ...given, people });
  const tokens = createTokenStore({ ...given, people, grants });
  const closures = createClosureStore(given);
  return {
    people,
    tokens,
    sessions: createSessionStore({ ...given, people, grants }),
    closures,
    grants,
    authenticate: async (text, at) => {
      const credential = readCredential(text);
      if (credential?.kind === 'sgc') {
        const storePath = await closures.prove(credential, at);
        return storePath === null ? { kind: 'invalid' } : { kind: 'closure', storePath };
      }
      const proven = credential === null ? await given.verifyWorkload?.(text, at) : await tokens.prove(credential, at);
      return proven == null ? { kind: 'invalid' } : { kind: 'principal', ...proven };
    },
  };
}
