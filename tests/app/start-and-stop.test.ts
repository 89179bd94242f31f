/** `npm start` as a person runs it: up soon, stopped by Ctrl-C at any moment, and up at once the second time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventsAfter } from '../../src/journal/index.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import { bundle, freePort } from '../support/program.ts';
import { npmStart, startServer } from '../support/server.ts';
import { opened } from '../support/workspaces.ts';

const nix = await nixForTests();
let root: string;
let port: number;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-start-'));
  port = await freePort();
  // `npm start` builds what is stale; here two files may find that at a time.
  await bundle();
});
afterAll(() => rm(root, { recursive: true, force: true }));

const journalOf = (workspace: string) => opened(workspace, ({ database }) => eventsAfter(database, 0, 100_000));

test('the first start tells what happens and what to do next; the second is up at once and has it all', async () => {
  const workspace = path.join(root, 'twice');
  const first = npmStart({ workspace, port });
  const firstMs = await first.up();
  expect(firstMs).toBeLessThan(60_000);
  const page = await fetch(first.origin);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('acme/secure')]);
  const { status, stderr, stdout } = await first.stop();
  expect(status).toBe(0);
  expect(stderr).toMatch(/Reading \d feeds.*The channel starts.*nginx gets a backported patch/s);
  expect(stdout).toContain(`Snowguard is up at ${first.origin} after `);
  expect(stdout).toContain(`inputs.nixpkgs.url = "${first.origin}/f/acme/secure/0";`);
  expect(stdout).toContain(`npx snowguard findings -w ${workspace}\n`);
  const journal = await journalOf(workspace);
  expect(journal.filter(({ kind }) => kind === 'release.published')).toHaveLength(4);

  const took: number[] = [];
  for (let round = 0; round < 3; round++) {
    const again = npmStart({ workspace, port });
    took.push(await again.up());
    expect(await (await fetch(`${again.origin}/api/v1/releases`)).json()).toMatchObject({ items: { length: 4 } });
    expect(await again.stop()).toMatchObject({ status: 0 });
  }
  // Another program may have had the processor for a while, but not every time.
  expect(Math.min(...took)).toBeLessThan(2_000);
  expect((await journalOf(workspace)).slice(0, journal.length)).toEqual(journal);
  console.log(`up after ${Math.round(firstMs)} ms the first time, then ${took.map(Math.round).join(', ')} ms`);
});

test('Ctrl-C at any moment of the first start stops it cleanly within 5 s, and the next start does the rest', {
  timeout: 90_000,
}, async () => {
  const workspace = path.join(root, 'stopped');
  const environment = nix === null ? {} : { PATH: `${path.dirname(nix.program)}:${process.env.PATH}` };
  const serve = () => startServer({ workspace, port, args: ['--starter'], environment });
  const took: number[] = [];
  for (const momentMs of [0, 60, 150, 300, 500, 800, 1200]) {
    const server = await serve();
    while (server.talked() === '') await sleep(5);
    await sleep(momentMs);
    const asked = performance.now();
    const { status, signal, stderr } = await server.stop();
    took.push(performance.now() - asked);
    expect([momentMs, status, signal, stderr.match(/error|fail|\n +at /i)]).toEqual([momentMs, 0, null, null]);
  }
  expect(Math.max(...took)).toBeLessThan(5_000);
  const server = await serve();
  await server.up();
  expect(await (await fetch(`${server.origin}/api/v1/releases`)).json()).toMatchObject({ items: { length: 4 } });
  await server.stop();
  console.log(`Ctrl-C took at most ${Math.round(Math.max(...took))} ms`);
});
