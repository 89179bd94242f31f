import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeCredential, type Role } from '../../src/accounts/index.ts';
import type { Workspace } from '../../src/app/index.ts';
import { makeRawUpstream, type RawEntry, type RawUpstream } from './raw-upstream.ts';
import { editSettings, inventoryWorkspace, openHere } from './workspaces.ts';

const everything: readonly Role[] = [
  'policy_admin',
  'reviewer',
  'security_lead',
  'analyst',
  'release_manager',
  'duty_officer',
];

const packageSet = `{ system ? "none", ... }: let make = import ./make.nix system; in {
  hello = make (import ./hello.nix);
  zlib = make (import ./zlib.nix);
}`;
const make = `system: given: derivation { inherit system; name = "\${given.pname}-\${given.version}"; builder = "/bin/sh"; }
  // given // { type = "derivation"; }`;

/** Of the file `zlib.nix`. */
export const zlibText = (version: string) => `{ pname = "zlib"; version = "${version}"; }\n`;

/** Entries with some of other content, or new ones. */
export async function withFiles(
  repository: RawUpstream,
  entries: readonly RawEntry[],
  files: Readonly<Record<string, string>>,
): Promise<readonly RawEntry[]> {
  const changed = await Promise.all(
    Object.entries(files).map(async ([name, content]): Promise<RawEntry> => {
      return { mode: '100644', name, id: await repository.blob(content) };
    }),
  );
  return [...entries.filter(({ name }) => typeof name !== 'string' || !(name in files)), ...changed];
}

/** Moves a branch to a new commit of these entries. */
export async function pushTo(
  repository: RawUpstream,
  entries: readonly RawEntry[],
  parents: readonly string[],
  message = 'a change',
): Promise<string> {
  const commit = await repository.commit({ tree: await repository.tree(entries), parents, message });
  await repository.git('update-ref', 'refs/heads/main', commit);
  return commit;
}

/**
 * A workspace over a bare repository beside it, `upstream.git`, whose reviews are enforced: `hello` and `zlib` are covered, two
 * people with every role are known. Gives their tokens and upstream's first commit; nothing came in yet.
 */
export async function makeEnforcedWorld(
  root: string,
  given: { readonly nix: string; readonly covered?: readonly string[] },
): Promise<{ readonly upstream: RawUpstream; readonly first: string; readonly tokens: ReadonlyMap<string, string> }> {
  const folder = path.join(root, 'workspace');
  const upstream = await makeRawUpstream(path.join(root, 'upstream.git'));
  const files = {
    'default.nix': packageSet,
    'make.nix': make,
    'flake.nix': '{ outputs = _: { }; }\n',
    'hello.nix': '{ pname = "hello"; version = "1"; }\n',
  };
  const entries = await withFiles(upstream, [], { ...files, 'zlib.nix': zlibText('1'), 'other.nix': '{ }\n' });
  const first = await pushTo(upstream, entries, [], 'the beginning');
  await inventoryWorkspace(folder, {
    channels: [],
    feeds: [],
    more: '[[channel]]\nid = "rolling"\nupstream = "../upstream.git"\nbranch = "main"\npartial = false\n[review]\nmode = "enforce"\n',
  });
  await editSettings(folder, (text) => text.replace('program = "none"', `program = ${JSON.stringify(given.nix)}`));
  const covered = 'category = "all"\nsince = 2026-01-01\nowner = "team"\nattrs = ["hello", "zlib"]\n';
  await writeFile(path.join(folder, 'covered', 'all.toml'), covered);
  const workspace = await openHere(folder);
  await workspace.adoptCovered();
  const tokens = new Map<string, string>();
  for (const name of ['eve', 'ben']) {
    const { text, id, secretHash } = makeCredential('sg', workspace.context.random);
    const founder = { name, roles: everything, email: `${name}@example.org`, identity: null, key: { id, secretHash } };
    await workspace.accounts.people.found({ founder, at: workspace.clock.now() });
    tokens.set(name, text);
  }
  await workspace.close();
  return { upstream, first, tokens };
}

/** What waits newest, approved in the name of these people; and all that follows. */
export async function approveNewest(workspace: Workspace, names: readonly string[]): Promise<void> {
  const { reviews, clock } = workspace.context;
  const [review] = await reviews.list({ channel: 'rolling', state: null, before: null, limit: 1 });
  if (review?.state === 'waiting')
    for (const name of names)
      await reviews.act({
        reviewId: review.id,
        kind: 'approved',
        by: { name, roles: everything },
        treeId: review.treeId,
        reason: 'looked at it',
        at: clock.now(),
      });
  await workspace.worker.run([], new AbortController().signal);
}
