/** Hostile feed files through the whole walk: they are told of, the rest goes on, and memory stays bounded. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pages } from '../../src/http/api/schemas.ts';
import { snowguard } from '../support/program.ts';
import { inventoryWorkspace } from '../support/workspaces.ts';

const starter = path.resolve('examples/starter');
const inventory = path.join(starter, 'inventories/8d227a8a4bc671f7b74ca00ae82a2d3034b7c3db.jsonl');
let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-hostile-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('feeds', { timeout: 90_000 }, () => {
  let workspace: string;
  const sync = () => snowguard(['sync', '-w', workspace, '--json']);
  const states = async () =>
    new Map(
      pages.feeds
        .parse(JSON.parse((await snowguard(['feeds', '-w', workspace, '--json'])).stdout))
        .items.map((feed) => [feed.id, feed]),
    );
  const openFindings = async () =>
    pages.findings
      .pick({ items: true })
      .parse(
        JSON.parse((await snowguard(['findings', '--state', 'open', '-n', '500', '-w', workspace, '--json'])).stdout),
      ).items.length;

  test('truncated, nested 200 MB deep and wrongly typed, beside good ones', async () => {
    workspace = path.join(root, 'feeds');
    const feeds = path.join(workspace, 'snapshots');
    await cp(path.join(starter, 'feeds'), feeds, { recursive: true });
    await inventoryWorkspace(workspace, {
      channels: ['rolling'],
      feeds: [
        'nvd.path = "snapshots/nvd"',
        'kev.path = "snapshots/kev/known_exploited_vulnerabilities.json"',
        'cve.path = "snapshots/cve"',
        'osv-bitnami.path = "snapshots/osv/Bitnami"',
        'osv-go.path = "snapshots/osv/Go"',
        'osv-pypi.path = "snapshots/osv/PyPI"',
        'epss.path = "snapshots/epss/epss_scores-2026-05-31.csv"',
      ],
    });
    expect(await snowguard(['scan', '-w', workspace, '--inventory', inventory])).toMatchObject({ status: 0 });
    expect(await sync()).toMatchObject({ status: 0 });
    const [good, openBefore] = [await states(), await openFindings()];
    expect([...good.values()].filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(openBefore).toBeGreaterThan(40);

    await truncate(path.join(feeds, 'kev/known_exploited_vulnerabilities.json'), 900);
    await nested(path.join(feeds, 'nvd/2027.json'), '{"vulnerabilities":[{"cve":', 200_000_000);
    await nested(path.join(feeds, 'cve/cves/2025/9xxx/CVE-2025-9999.json'), '', 200_000_000);
    await writeFile(path.join(feeds, 'osv/Go/GO-2026-9999.json'), '{"id":["GO"],"affected":"all","modified":{"a":1}}');
    await writeFile(path.join(feeds, 'osv/PyPI/GHSA-none.json'), Buffer.from([0xff, 0xfe, 0, 1, 2, 3]));
    await writeFile(path.join(feeds, 'epss/epss_scores-2026-05-31.csv'), '\u0000'.repeat(100_000));

    const after = await sync();
    expect(after.status).toBe(3);
    expect(
      JSON.parse(after.stdout)
        .failed.map(({ key }: { readonly key: string }) => key)
        .sort(),
    ).toEqual(expect.arrayContaining(['epss', 'kev']));
    expect(after.peakMb).toBeLessThan(600);
    const now = await states();
    const told = (id: string) => ({ state: now.get(id)?.state, message: now.get(id)?.message ?? '' });
    expect(told('kev')).toEqual({ state: 'failing', message: expect.stringMatching(/\S.{10,300}/) });
    expect(told('epss')).toEqual({ state: 'failing', message: expect.stringMatching(/\S.{10,300}/) });
    for (const [id, before] of good) expect([id, now.get(id)?.records]).toEqual([id, before.records]);
    for (const id of ['nvd', 'cve', 'osv-go', 'osv-pypi'])
      expect([id, (now.get(id)?.quarantined ?? 0) > 0 || told(id).message !== '']).toEqual([id, true]);
    expect(now.get('osv-bitnami')).toMatchObject({ state: 'ok', quarantined: 0 });
    expect(await openFindings()).toBe(openBefore);
    console.log(`400 MB of nesting read in ${(after.tookMs / 1000).toFixed(1)} s, ${after.peakMb} MB`);
    for (const feed of now.values())
      console.log(`  ${feed.id}: ${feed.state}, ${feed.quarantined} set aside. ${feed.message ?? ''}`);
  });
});

/** A file that opens a bracket again and again. */
async function nested(file: string, start: string, sizeBytes: number): Promise<void> {
  const stream = createWriteStream(file);
  const piece = Buffer.alloc(1_000_000, '[');
  stream.write(start);
  for (let written = 0; written < sizeBytes; written += piece.length)
    if (!stream.write(piece)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'close');
}
