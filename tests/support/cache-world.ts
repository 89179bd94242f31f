import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCredential, type Scope } from '../../src/accounts/index.ts';
import { httpAppOf } from '../../src/app/http-app.ts';
import type { Workspace } from '../../src/app/index.ts';
import { listen, type Patience } from '../../src/app/listen.ts';
import { freePort, run } from './program.ts';
import { editSettings, inventoryWorkspace, openHere } from './workspaces.ts';

/** A workspace that serves in this process, with people and tokens. */
export interface CacheWorld {
  readonly folder: string;
  readonly origin: string;
  readonly workspace: Workspace;
  /** A token of a robot of the organisation; `flake` null for all it has. */
  readonly token: (scopes: readonly Scope[], flake?: string | null) => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function cacheWorld(
  given: {
    readonly more?: string;
    readonly environment?: Readonly<Record<string, string | undefined>>;
    readonly patience?: Patience;
  } = {},
): Promise<CacheWorld> {
  const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-cache-'));
  const port = await freePort();
  await inventoryWorkspace(path.join(folder, 'workspace'), {
    channels: ['secure'],
    feeds: [],
    more: `\n[listen]\nport = ${port}\n${given.more ?? ''}`,
  });
  await editSettings(path.join(folder, 'workspace'), (text) => `public_url = "http://localhost:${port}"\n${text}`);
  const workspace = await openHere(path.join(folder, 'workspace'), given.environment);
  const { patience } = given;
  const app = httpAppOf(workspace);
  const listening = await listen({ app, host: '127.0.0.1', port, ...(patience === undefined ? {} : { patience }) });
  const { accounts, clock } = workspace;
  const admin = { name: 'ada', roles: ['policy_admin', 'release_manager'] } as const;
  const key = makeCredential('sg', workspace.context.random);
  const founder = { ...admin, email: null, identity: null, key: { id: key.id, secretHash: key.secretHash } };
  await accounts.people.found({ founder, at: clock.now() });
  return {
    folder,
    origin: `http://127.0.0.1:${port}`,
    workspace,
    token: async (scopes, flake = null) => {
      const made = await accounts.tokens.create({
        holder: { kind: 'workload', name: 'ci', organisation: 'acme', flake },
        label: 'ci',
        scopes,
        by: admin,
        at: clock.now(),
      });
      if (made.kind !== 'created') throw new Error(made.why);
      return made.text;
    },
    close: async () => {
      await listening.close();
      await workspace.close();
      await run('chmod', ['-R', 'u+w', folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
