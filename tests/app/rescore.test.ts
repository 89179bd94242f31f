/** A workspace whose matches an older version of the program made: what the newer one would hide stays open until it is adopted. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RoutedMatch } from '../../src/pipeline/matching/index.ts';
import { commandLine } from '../support/command-line.ts';
import { inventoryWorkspace, opened } from '../support/workspaces.ts';

const starter = path.resolve('examples/starter');
const inventory = path.join(starter, 'inventories/8d227a8a4bc671f7b74ca00ae82a2d3034b7c3db.jsonl');
const feeds = [`nvd.path = "${starter}/feeds/nvd"`, `osv-bitnami.path = "${starter}/feeds/osv/Bitnami"`];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-rescore-'));
  await inventoryWorkspace(folder, { channels: ['rolling'], feeds });
  expect((await run('scan', '--inventory', inventory)).status).toBe(0);
  expect((await run('sync')).status).toBe(0);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: readonly string[]) {
  return runAs('', ...argv);
}

async function runAs(token: string, ...argv: readonly string[]) {
  const environment = { SNOWGUARD_TOKEN: token, SNOWGUARD_WORKSPACE: folder, XDG_CONFIG_HOME: folder };
  return commandLine(argv, { cwd: folder, environment });
}

const states = () =>
  opened(folder, async ({ context }) =>
    Object.fromEntries(
      (await context.findings.ofChannel('rolling')).map(({ finding }) => [
        `${finding.attr} ${finding.advisoryId}`,
        finding.state,
      ]),
    ),
  );

/** The older one found what is fixed still open, and saw nothing of one that is open. */
async function matchedByAnOlderOne(): Promise<{ readonly hidden: string; readonly appearing: string }> {
  return opened(folder, async ({ context, worker }) => {
    const { matches } = context;
    const [stored, last] = [await matches.stored('rolling'), await matches.lastRun('rolling')];
    const fixed = stored.find(({ match }) => match.status === 'fixed');
    const open = stored.find(({ match, route }) => match.status === 'affected' && route === 'automatic');
    if (fixed === undefined || open === undefined || last === null)
      throw new Error('the world lacks what is asked for');
    const older = stored.flatMap((one): readonly RoutedMatch[] => {
      if (one === open || one.route === 'held') return [];
      if (one === fixed) return [{ match: { ...one.match, status: 'affected', score: 0.98 }, route: 'automatic' }];
      return [{ match: one.match, route: one.route }];
    });
    await matches.recordRun({
      ...last,
      channel: 'rolling',
      algorithm: 1,
      scope: { kind: 'all' },
      matches: older,
      overtaken: [],
    });
    expect(
      (await worker.run([{ kind: 'channel.settle', subject: 'rolling' }], new AbortController().signal)).failed,
    ).toEqual([]);
    const nameOf = ({ match }: Pick<RoutedMatch, 'match'>) => `${match.attr} ${match.advisoryId}`;
    return { hidden: nameOf(fixed), appearing: nameOf(open) };
  });
}

test('is shown by the command, the page and the API, and adopted in the name of a person', async () => {
  expect((await run('rescore')).stdout).toContain('Nothing waits');
  const { hidden, appearing } = await matchedByAnOlderOne();
  const shown = await run('rescore');
  expect(shown.stdout).toMatch(/rolling: algorithm \d+ against 1: 1 appear, 0 vanish, 1 change; 1 held open/);
  const [item] = JSON.parse((await run('rescore', '--json')).stdout).items;
  expect(
    item.differences
      .map(({ attr, advisoryId, kind, held }: Record<string, unknown>) => [`${attr} ${advisoryId}`, kind, held])
      .sort(),
  ).toEqual(
    [
      [hidden, 'changed', true],
      [appearing, 'appeared', false],
    ].sort(),
  );
  expect((await states())[hidden]).toBe('open');
  await opened(folder, async ({ reads }) => {
    expect((await reads.overview()).rescores).toMatchObject([{ channel: 'rolling', appeared: 1, changed: 1, held: 1 }]);
    expect((await reads.rescore({ channel: 'rolling', after: null, limit: 1 }))?.next).not.toBeNull();
  });

  expect(await run('rescore', '--adopt', '--reason', 'looked through it')).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('no token'),
  });
  const founded = await run('people', 'add', 'ada', '--role', 'policy_admin', '--email', 'ada@example.org');
  const ada = /sg_\S+/.exec(founded.stdout)?.[0] ?? '';
  expect((await runAs(ada, 'rescore', '--adopt')).stderr).toContain('needs a reason');
  expect((await runAs(ada, 'rescore', '--adopt', '--reason', 'looked through it')).stdout).toContain(
    '2 newer answers are live, adopted by ada',
  );
  expect((await run('rescore')).stdout).toContain('Nothing waits');
  const after = await states();
  expect([after[hidden], after[appearing]]).toEqual(['not_affected', 'open']);
}, 120_000);
