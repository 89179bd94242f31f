/** Trees made by hand, to leave the folder that a tarball is unpacked into: none is published, and the channel goes on. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pages } from '../../src/http/api/schemas.ts';
import { run, snowguard } from '../support/program.ts';
import { inventoryWorkspace } from '../support/workspaces.ts';

const inventory = path.resolve('examples/starter/inventories/8d227a8a4bc671f7b74ca00ae82a2d3034b7c3db.jsonl');
let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-trees-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('a tree that git never makes', () => {
  const cases: readonly (readonly [
    string,
    readonly { readonly mode: string; readonly name: string; readonly of: 'blob' | 'tree' }[],
    RegExp,
  ])[] = [
    ['leads out', [{ mode: '40000', name: '..', of: 'tree' }], /"\.\.\/file": a path may not leave the tree/],
    [
      'enters .git',
      [{ mode: '40000', name: '.git', of: 'tree' }],
      /"\.git\/file": a path may not leave the tree or enter \.git/,
    ],
    ['is absolute', [{ mode: '100644', name: '/etc/passwd', of: 'blob' }], /"\/etc\/passwd": a path may not leave/],
    [
      'has a name twice, once as a link',
      [
        { mode: '120000', name: 'a', of: 'blob' },
        { mode: '40000', name: 'a', of: 'tree' },
      ],
      /"a": it is a file and a folder/,
    ],
    ['has a submodule', [{ mode: '160000', name: 'sub', of: 'tree' }], /submodule at "sub"/],
  ];

  test.each(cases)('one that %s is not published, and the next commit is', async (name, entries, says) => {
    const workspace = path.join(root, name.replaceAll(' ', '-'));
    const upstream = path.join(workspace, 'upstream.git');
    await inventoryWorkspace(workspace, {
      channels: [],
      feeds: [],
      more: '[[channel]]\nid = "rolling"\nupstream = "upstream.git"\nbranch = "main"\npartial = false\ninventories = "."\n',
    });
    const git = async (...args: readonly string[]) => {
      const { status, stdout, stderr } = await run('git', [
        '-C',
        upstream,
        '-c',
        'user.name=a',
        '-c',
        'user.email=a@example.org',
        ...args,
      ]);
      expect([status, stderr]).toEqual([0, expect.anything()]);
      return stdout.trim();
    };
    await mkdir(upstream);
    await git('init', '-q', '--bare');
    const file = path.join(workspace, 'object');
    const object = async (kind: string, bytes: Uint8Array) => {
      await writeFile(file, bytes);
      return git('hash-object', '-w', '-t', kind, '--literally', file);
    };
    const tree = (items: readonly { readonly mode: string; readonly name: string; readonly id: string }[]) =>
      object(
        'tree',
        Buffer.concat(
          items.flatMap((item) => [Buffer.from(`${item.mode} ${item.name}\0`), Buffer.from(item.id, 'hex')]),
        ),
      );
    const ids = { blob: await object('blob', Buffer.from('x')), tree: '' };
    ids.tree = await tree([{ mode: '100644', name: 'file', id: ids.blob }]);
    let parent: readonly string[] = [];
    const upstreamMoves = async (treeId: string) => {
      const commit = await git('commit-tree', treeId, ...parent, '-m', 'm');
      parent = ['-p', commit];
      await git('update-ref', 'refs/heads/main', commit);
      await copyFile(inventory, path.join(workspace, `${commit}.jsonl`));
      return commit;
    };
    const sync = () => snowguard(['sync', '-w', workspace, '--json']);
    const released = async () =>
      pages.releases
        .parse(JSON.parse((await snowguard(['release', 'list', '-w', workspace, '--json'])).stdout))
        .items.map(({ commitId }) => commitId);

    const first = await upstreamMoves(ids.tree);
    expect(await sync()).toMatchObject({ status: 0 });
    await upstreamMoves(
      await tree([
        ...entries.map((entry) => ({ ...entry, id: ids[entry.of] })),
        { mode: '100644', name: 'z', id: ids.blob },
      ]),
    );
    const refused = await sync();
    const failure = (kind: string) => expect.objectContaining({ kind, error: expect.stringMatching(says) });
    expect([refused.status, JSON.parse(refused.stdout).failed]).toEqual([
      3,
      expect.arrayContaining([failure('channel.settle'), failure('review.examine')]),
    ]);
    expect(await released()).toEqual([first]);
    const next = await upstreamMoves(ids.tree);
    expect(await sync()).toMatchObject({ status: 0 });
    expect(await released()).toEqual([next, first]);
  });
});
