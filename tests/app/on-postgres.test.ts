/** The whole walk on PostgreSQL: the same answers as on SQLite, every page, and several processes at once on one database. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsAfter } from '../../src/journal/index.ts';
import { databasesForTests } from '../../src/platform/database/testing.ts';
import { keepFeeds, publishCritical } from '../support/planted-cve.ts';
import { freePort, snowguard } from '../support/program.ts';
import { type Server, startServer } from '../support/server.ts';
import { editSettings, opened, starterWorkspace } from '../support/workspaces.ts';

const cve = 'CVE-2026-99002';
const postgres = (await databasesForTests()).find(({ name }) => name === 'postgres');

describe.skipIf(postgres === undefined)('on PostgreSQL', () => {
  let root: string;
  let onSqlite: string;
  let onPostgres: string;
  const servers: Server[] = [];
  const serve = async (workspace: string, ...args: readonly string[]) => {
    const server = await startServer({ workspace, port: await freePort(), args });
    servers.push(server);
    return server;
  };
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'snowguard-postgres-walk-'));
    onSqlite = path.join(root, 'sqlite');
    onPostgres = path.join(root, 'postgres');
    for (const folder of [onSqlite, onPostgres]) await starterWorkspace(folder, { nix: 'none' });
    await keepFeeds(onPostgres);
    const url = (await postgres?.place()) ?? '';
    await editSettings(onPostgres, (text) => text.replace('"sqlite:snowguard.db"', JSON.stringify(url)));
    for (const folder of [onSqlite, onPostgres]) await (await serve(folder)).up();
  }, 180_000);
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()));
    await rm(root, { recursive: true, force: true });
  });

  test('the story ends as it does on SQLite', async () => {
    const endOf = async (workspace: string) => {
      const answers = [];
      for (const args of [
        ['findings', '--state', 'open', '--limit', '200'],
        ['findings', '--state', 'fixed', '--limit', '200'],
        ['release', 'list'],
      ]) {
        const { stdout, status } = await snowguard([...args, '--json', '-w', workspace]);
        expect(status).toBe(0);
        const { items } = JSON.parse(stdout) as { readonly items: readonly Readonly<Record<string, unknown>>[] };
        answers.push(
          items
            .map(({ advisoryId, attr, version, state, narHash }) =>
              [advisoryId, attr, version, state, narHash].join(' '),
            )
            .sort(),
        );
      }
      return answers;
    };
    const ends = await endOf(onPostgres);
    expect(ends.map(({ length }) => length > 0)).toEqual([true, true, true]);
    expect(ends).toEqual(await endOf(onSqlite));
  });

  test('every page that a link leads to answers', { timeout: 120_000 }, async () => {
    const origin = servers[1]?.origin ?? '';
    const found = new Set(['/']);
    const failed: string[] = [];
    for (const place of found) {
      const answer = await fetch(origin + place);
      const text = await answer.text();
      if (!answer.ok) failed.push(`${place}: ${answer.status}`);
      if (!answer.headers.get('content-type')?.startsWith('text/html')) continue;
      for (const [, link = ''] of text.matchAll(/href="(\/[^"#]*)/g)) found.add(link.replaceAll('&amp;', '&'));
    }
    expect(failed).toEqual([]);
    expect(found.size).toBeGreaterThan(200);
  });

  test('three processes on one database: what arrives is taken in once', { timeout: 120_000 }, async () => {
    await Promise.all(
      (await Promise.all(['all', 'all'].map((role) => serve(onPostgres, '--role', role)))).map((server) => server.up()),
    );
    await publishCritical(onPostgres, cve);
    const synced = await Promise.all([1, 2, 3].map(() => snowguard(['sync', 'nvd', '-w', onPostgres])));
    expect(synced.map(({ status, stderr }) => [status, status === 0 ? '' : stderr])).toEqual([
      [0, ''],
      [0, ''],
      [0, ''],
    ]);
    const events = await opened(onPostgres, ({ database }) => eventsAfter(database, 0, 100_000));
    const told = events.filter((event) => JSON.stringify(event).includes(cve));
    expect(told.filter(({ kind }) => kind === 'finding.opened')).toHaveLength(1);
  });
});
