import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Person } from '../accounts/index.ts';
import type { Workspace } from '../app/index.ts';
import { AppError } from '../foundation/errors.ts';
import type { CliContext } from './context.ts';

const errors = {
  missing: { code: 'accounts.no-token', retryable: false },
  invalid: { code: 'accounts.token-invalid', retryable: false },
  reads: { code: 'accounts.token-reads-only', retryable: false },
} as const;

/** The person whose token is set; an act in nobody's name is refused. */
export async function actingPerson(context: CliContext, workspace: Workspace): Promise<Person> {
  const file = tokenFile(context.environment);
  const text = await tokenText(context);
  if (text === null)
    throw new AppError(errors.missing, 'this is done in a person’s name, and no token says who you are', {
      hint: `Set SNOWGUARD_TOKEN, or write your token into ${file}. No token yet: snowguard people --help.`,
    });
  const found = await workspace.accounts.authenticate(text, context.clock.now());
  if (found.kind !== 'principal')
    throw new AppError(errors.invalid, 'the token is not valid here: unknown, expired or revoked', {
      hint: 'Make a new one on the page /account, or ask a policy admin: snowguard people key --help.',
    });
  if (found.principal.kind !== 'person' || !found.principal.scopes.includes('act'))
    throw new AppError(errors.reads, 'this token is not one to act with', {
      hint: 'Acts need a token of a person with the scope "act": snowguard token create --scope act.',
    });
  return found.principal.person;
}

/** The token that is set, in the environment or in the file; null when there is none. */
export async function tokenText({ environment }: Pick<CliContext, 'environment'>): Promise<string | null> {
  return environment.SNOWGUARD_TOKEN?.trim() || firstLine(tokenFile(environment));
}

/** Where a person's token lies: `$XDG_CONFIG_HOME/snowguard/token`. */
export function tokenFile(environment: CliContext['environment']): string {
  const home = environment.XDG_CONFIG_HOME || path.join(environment.HOME || homedir(), '.config');
  return path.join(home, 'snowguard', 'token');
}

async function firstLine(file: string): Promise<string | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return '';
    throw error;
  });
  return text.split('\n')[0]?.trim() || null;
}
