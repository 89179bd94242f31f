/** The server is killed at many moments of the walk and started again: it goes on, loses nothing and publishes nothing twice. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { freePort, type Surroundings } from '../support/program.ts';
import { type Server, startServer } from '../support/server.ts';
import { opened } from '../support/workspaces.ts';

const nix = await nixForTests();
const kills = 10;

let root: string;
let port: number;
let undisturbed: Awaited<ReturnType<typeof stateOf>>;
let events: readonly Row[];

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-walk-'));
  port = await freePort();
  const workspace = path.join(root, 'undisturbed');
  await played(workspace);
  undisturbed = await stateOf(workspace);
  events = journalOf(workspace);
});
afterAll(() => rm(root, { recursive: true, force: true }));

function serve(workspace: string, given: Surroundings = {}): Promise<Server> {
  return startServer({ ...given, workspace, port, args: ['--starter'] });
}

/** Lets the story come to its end. */
async function played(workspace: string, given: Surroundings = {}): Promise<void> {
  const server = await serve(workspace, given);
  await server.up();
  expect(await server.stop()).toMatchObject({ status: 0 });
}

/** What came of the walk, without what every run gives anew: ids, times, the order of equals. */
async function stateOf(folder: string) {
  const sorted = (items: readonly unknown[]) => items.map((item) => JSON.stringify(item)).sort();
  return opened(folder, async ({ context, queue }) => {
    const evaluation = await context.catalog.latestEvaluation('rolling');
    return {
      releases: (await context.releases.releases({ limit: 100 })).map((release) => ({
        ...release,
        uuid: '',
        publishedAt: 0,
        fixes: sorted(release.fixes),
      })),
      tarballs: (await readdir(path.join(folder, 'blobs', 'releases'))).length,
      findings: sorted(
        (await context.findings.ofChannel('rolling')).map(({ finding }) => ({
          ...finding,
          id: '',
          openedAt: 0,
          fixedAt: finding.fixedAt !== null,
          releasedAt: finding.releasedAt !== null,
        })),
      ),
      consumers: (await context.consumers.consumers()).map(({ name, inputs }) => [name, inputs.map((i) => i.version)]),
      packages: evaluation === null ? [] : await context.catalog.packagesOf(evaluation.id),
      feeds: (await context.feedStore.states()).map(({ source, records, failure }) => [source, records, failure]),
      // What the schedule queued as it was stopped may wait.
      givenUp: await queue.dead(),
    };
  });
}

interface Row {
  readonly sequence: number;
  readonly kind: string;
}

/** The journal as it lies on the disk, also beside a server that runs; empty before there is one. */
function journalOf(folder: string): readonly Row[] {
  try {
    const database = new DatabaseSync(path.join(folder, 'snowguard.db'), { readOnly: true });
    try {
      return database.prepare('select * from journal_event order by sequence').all() as unknown as readonly Row[];
    } finally {
      database.close();
    }
  } catch {
    return [];
  }
}

/** Kills one start after the other, each when its moment has come, lets the rest be played, and compares. */
async function killedAndPlayed(
  workspace: string,
  moments: readonly ((sinceMs: number) => boolean)[],
  given: Surroundings = {},
): Promise<void> {
  const snapshots: (readonly Row[])[] = [];
  for (const hasCome of moments) {
    const startedAt = performance.now();
    const server = await serve(workspace, given);
    while (!server.isUp() && !hasCome(performance.now() - startedAt)) await sleep(5);
    await sleep(snapshots.length * 5);
    const seen = journalOf(workspace);
    const ended = await server.kill();
    expect(ended, ended.stderr).toMatchObject({ signal: 'SIGKILL' });
    snapshots.push(seen, journalOf(workspace));
  }
  await played(workspace, given);
  const journal = journalOf(workspace);
  for (const snapshot of snapshots) expect(journal.slice(0, snapshot.length)).toEqual(snapshot);
  expect(await stateOf(workspace)).toEqual(undisturbed);
  for (const kind of ['release.published', 'consumer.registered', 'starter.step', 'finding.opened', 'finding.fixed'])
    expect([kind, countOf(journal, kind)]).toEqual([kind, countOf(events, kind)]);
  console.log(
    `killed at the events ${[...new Set(snapshots.map(({ length }) => length))].join(', ')} of ${events.length}`,
  );
}

const countOf = (rows: readonly Row[], wanted: string) => rows.filter(({ kind }) => kind === wanted).length;

test('killed by the clock, from before the world is made', { timeout: 120_000 }, async () => {
  const moments = Array.from({ length: kills }, (_, index) => 60 + index * 110 + index * index * 12);
  await killedAndPlayed(
    path.join(root, 'by-time'),
    moments.map((momentMs) => (sinceMs) => sinceMs >= momentMs),
  );
});

test('killed by the progress of the journal, evaluating with Nix where there is one', {
  timeout: 120_000,
}, async () => {
  const workspace = path.join(root, 'by-progress');
  const moments = Array.from({ length: kills }, (_, index) => Math.ceil(((index + 1) * events.length) / (kills + 1)));
  const withNix = nix === null ? {} : { environment: { PATH: `${path.dirname(nix.program)}:${process.env.PATH}` } };
  await killedAndPlayed(
    workspace,
    moments.map((last) => () => journalOf(workspace).length >= last),
    withNix,
  );
});
