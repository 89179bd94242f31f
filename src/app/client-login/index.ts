/** Signs a person's Nix in to a server and out again: a password for the host, and the lines that its cache needs. */
import { mkdir, readFile, realpath, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { withNetrcEntry, withoutNetrcEntry } from '../../formats/netrc/netrc.ts';
import { withListItem, withoutListItem, withoutSetting, withSetting } from '../../formats/nix-conf/nix-conf.ts';
import { askServer, netrcFile, nixFiles } from '../consumer-answers/ask-server.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const settingsAnswer = z.object({
  substituter: z.url().max(2000).regex(/^\S+$/),
  trustedPublicKeys: z
    .array(
      z
        .string()
        .max(300)
        .regex(/^\S+:[A-Za-z0-9+/=]+$/),
    )
    .max(20),
});
const statusAnswer = z.object({ gh_name: z.string().max(200), expires_at: z.number() });

/** A file as it is and as it is to be. */
export interface FileChange {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

export interface SignedIn {
  readonly server: string;
  readonly name: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Who a token stands for at a server; it fails when the token is no good there. */
export async function whoAmI(given: {
  readonly server: string;
  readonly token: string;
  readonly signal: AbortSignal;
}): Promise<SignedIn> {
  const { gh_name: name, expires_at: expires } = statusAnswer.parse(await askServer({ ...given, path: '/cli/status' }));
  return { server: given.server, name, expiresAt: new Date(expires * 1000).toISOString() };
}

/** What signing in would write; nothing is written. */
export async function loginChanges(given: {
  readonly server: string;
  readonly token: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}): Promise<readonly FileChange[]> {
  const { server, token, environment, signal } = given;
  const settings = settingsAnswer.parse(await askServer({ server, path: '/api/v1/client-settings', token, signal }));
  const files = nixFiles(environment);
  const conf = await textOf(files.conf);
  const passwords = await netrcFile(environment);
  const netrc = await textOf(passwords);
  const withKeys = settings.trustedPublicKeys.reduce(
    (text, key) => withListItem(text, 'extra-trusted-public-keys', key),
    withListItem(conf, 'extra-substituters', settings.substituter),
  );
  return [
    {
      file: passwords,
      before: netrc,
      after: withNetrcEntry(netrc, { host: hostOf(server), login: 'token', password: token }),
    },
    { file: files.conf, before: conf, after: withSetting(withKeys, 'netrc-file', passwords) },
  ].filter(({ before, after }) => before !== after);
}

/** What signing out would write: all that signing in wrote goes. The server need not be up: its keys go by their names. */
export async function logoutChanges(given: {
  readonly server: string;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}): Promise<readonly FileChange[]> {
  const { server, environment, signal } = given;
  const files = nixFiles(environment);
  const conf = await textOf(files.conf);
  const passwords = await netrcFile(environment);
  const netrc = await textOf(passwords);
  const settings = settingsAnswer.safeParse(
    await askServer({ server, path: '/api/v1/client-settings', token: null, signal }).catch(() => null),
  );
  const { substituter, trustedPublicKeys } = settings.data ?? { substituter: `${server}/cache`, trustedPublicKeys: [] };
  const rest = withoutNetrcEntry(netrc, hostOf(server));
  const withoutKeys = trustedPublicKeys.reduce(
    (text, key) => withoutListItem(text, 'extra-trusted-public-keys', key),
    withoutListItem(conf, 'extra-substituters', substituter),
  );
  const isLast = rest.trim() === '' && passwords === files.netrc;
  return [
    { file: passwords, before: netrc, after: rest },
    {
      file: files.conf,
      before: conf,
      after: isLast ? withoutSetting(withoutKeys, 'netrc-file', passwords) : withoutKeys,
    },
  ].filter(({ before, after }) => before !== after);
}

/** Writes each file whole, readable by its owner only; where the file is a link, what it leads to. */
export async function writeChanges(changes: readonly FileChange[]): Promise<void> {
  for (const { file, after } of changes) {
    await mkdir(path.dirname(file), { recursive: true });
    const target = await realpath(file).catch(() => file);
    const fresh = `${target}.snowguard-${process.pid}`;
    await writeFile(fresh, after, { mode: 0o600, flag: 'wx' });
    await rename(fresh, target);
  }
}

function hostOf(server: string): string {
  return new URL(server).hostname;
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
}
