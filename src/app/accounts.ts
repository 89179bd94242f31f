import {
  type Accounts,
  type AccountsTables,
  createAccounts,
  createIssuers,
  createSignInFlow,
  createVerifyWorkload,
  type SignInFlow,
} from '../accounts/index.ts';
import type { Configuration } from '../config/index.ts';
import type { Clock } from '../foundation/clock.ts';
import type { RandomBytes } from '../foundation/ids.ts';
import type { JournalTables } from '../journal/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { Fetcher, Poster } from '../platform/fetcher/index.ts';
import { readSecret } from './secrets.ts';

/** People, tokens and the issuers that the settings trust. */
export function accountsOf(given: {
  readonly configuration: Configuration;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly database: Database<AccountsTables & JournalTables>;
  readonly fetcher: Fetcher;
  readonly poster: Poster;
  readonly clock: Clock;
  readonly random: RandomBytes;
}): { readonly accounts: Accounts; readonly signIn: SignInFlow | null } {
  const { configuration, database, fetcher, poster, clock, random } = given;
  const { public_url: publicUrl, organisation, sign_in: setting } = configuration;
  const issuers = createIssuers({ fetcher, clock });
  const rules = configuration.oidc.map((rule) => ({
    ...rule,
    audience: rule.audience ?? new URL(publicUrl).hostname,
    organisation: rule.organisation ?? organisation,
    flake: rule.flake ?? null,
  }));
  return {
    accounts: createAccounts({
      db: database,
      random,
      organisation,
      verifyWorkload: rules.length === 0 ? null : createVerifyWorkload({ rules, issuers }),
    }),
    signIn:
      setting === undefined
        ? null
        : createSignInFlow({
            title: setting.title,
            issuer: setting.issuer,
            clientId: setting.client_id,
            secret: () => readSecret(setting, given),
            redirectUri: `${publicUrl}/sign-in/oidc/return`,
            issuers,
            poster,
            clock,
            random,
          }),
  };
}
