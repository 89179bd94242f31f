/** The whole walk over real input: a thousand evaluated packages against the real feeds, and what the portal then says. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { httpAppOf } from '../../src/app/http-app.ts';
import type { Workspace } from '../../src/app/index.ts';
import { cveSchema, packageSchema, pages } from '../../src/http/api/schemas.ts';
import { type Ended, snowguard } from '../support/program.ts';
import { inventoryWorkspace, openHere } from '../support/workspaces.ts';

const data = path.resolve('../shared/data');
const present = existsSync(data);
if (!present) console.log('skipped: the walk over real data, there is no ../shared/data');

const feeds = {
  nvd: 'nvd/api',
  'nvd-overrides': 'nvd/overrides.jsonl.gz',
  kev: 'kev/known_exploited_vulnerabilities.json',
  cve: 'cve/cve-v5-sample.jsonl.gz',
  epss: 'epss/epss_scores-sample.csv',
  'osv-bitnami': 'osv/Bitnami/all.zip',
  'osv-go': 'osv/Go/all.zip',
  'osv-pypi': 'osv/PyPI/all.zip',
  'osv-psf': 'osv/PSF/all.zip',
  'osv-crates-io': 'osv/crates.io/all.zip',
  'osv-hackage': 'osv/Hackage/all.zip',
  'osv-oss-fuzz': 'osv/OSS-Fuzz/all.zip',
  openssl: 'openssl/secjson',
  curl: 'curl/vuln.json',
  nginx: 'nginx/security_advisories.xml',
  httpd: 'httpd/json',
  node: 'node/core/index.json',
  debian: 'debian/tracker.json',
};

/** A package of another set than the one in the data, as nix-eval-jobs tells of it. */
const old = {
  attr: 'openssl_1_1',
  name: 'openssl-1.1.1w',
  system: 'x86_64-linux',
  drvPath: '/nix/store/00000000000000000000000000000000-openssl-1.1.1w.drv',
  outputs: { out: '/nix/store/00000000000000000000000000000000-openssl-1.1.1w' },
};

describe.skipIf(!present)('a thousand real packages against the real feeds', { timeout: 120_000 }, () => {
  let workspace: string;
  let first: Ended;
  let open: Workspace;
  let app: Hono;

  beforeAll(async () => {
    workspace = await mkdtemp(path.join(tmpdir(), 'snowguard-real-'));
    await inventoryWorkspace(workspace, {
      channels: ['rolling', 'old'],
      feeds: Object.entries(feeds).map(
        ([id, place]) => `${id}.path = ${JSON.stringify(path.join(data, 'feeds', place))}`,
      ),
      more: `[identity]
cpe_dictionary = ${JSON.stringify(path.join(data, 'cpe/cpedict.csv'))}
purl_to_cpe = ${JSON.stringify(path.join(data, 'cpe/purl2cpe.jsonl.gz'))}`,
    });
    const inventory = path.join(workspace, 'old.jsonl');
    await writeFile(inventory, `${JSON.stringify(old)}\n`);
    const scan = (channel: string, file: string) =>
      snowguard(['scan', '-w', workspace, '--channel', channel, '--inventory', file, '--json']);
    const scanned = await scan('rolling', path.join(data, 'packages/corepkgs-2026-06-26.jsonl.gz'));
    expect(JSON.parse(scanned.stdout)).toMatchObject({ channels: [{ packages: 1118, failures: 30 }], failed: [] });
    expect(await scan('old', inventory)).toMatchObject({ status: 0 });
    first = await snowguard(['sync', '-w', workspace, '--json']);
    open = await openHere(workspace);
    app = httpAppOf(open);
  }, 120_000);
  afterAll(async () => {
    await open?.close();
    await rm(workspace, { recursive: true, force: true });
  });

  const answer = async <Schema extends z.ZodType>(schema: Schema, place: string): Promise<z.infer<Schema>> =>
    schema.parse(await (await app.request(place)).json());
  const lineOf = async (id: string, attr: string) =>
    (await answer(cveSchema, `/api/v1/cve/${id}`)).lines.find((line) => line.attr === attr);
  /** Identifiers of the open findings of a package. */
  const openOf = async (attr: string, channel = 'rolling') =>
    (await answer(packageSchema, `/api/v1/packages/${attr}`)).findings
      .filter((finding) => finding.channel === channel && finding.state === 'open')
      .map(({ advisoryId }) => advisoryId)
      .sort();

  test('the walk runs through, within bounds', () => {
    expect([first.status, JSON.parse(first.stdout).failed]).toEqual([0, []]);
    expect(first.peakMb).toBeLessThan(1_200);
    console.log(
      `synced ${Object.keys(feeds).length} feeds in ${(first.tookMs / 1000).toFixed(1)} s, ${first.peakMb} MB`,
    );
  });

  test('a second sync finds nothing new and writes nothing', async () => {
    const again = await snowguard(['sync', '-w', workspace, '--json']);
    expect([again.status, JSON.parse(again.stdout)]).toEqual([0, { events: [], failed: [] }]);
    console.log(`synced again in ${(again.tookMs / 1000).toFixed(1)} s`);
  });

  test('every feed was read whole, and each page of the portal shows the result', async () => {
    const { items } = await answer(pages.feeds, '/api/v1/feeds');
    expect(items).toHaveLength(Object.keys(feeds).length);
    expect(items.filter(({ state }) => state !== 'ok')).toEqual([]);
    for (const [place, shown] of [
      ['/', 'openssl'],
      ['/packages?q=curl', 'curl'],
      ['/packages/openssl', 'CVE-2025-15467'],
      ['/advisories?q=xz', 'CVE-'],
      ['/cve/CVE-2024-56406', 'Fixed'],
      ['/findings', 'CVE-'],
      ['/feeds', 'oss-fuzz'],
      ['/releases', ''],
    ] as const) {
      const page = await app.request(place);
      expect([place, page.status, await page.text()]).toEqual([place, 200, expect.stringContaining(shown)]);
    }
  });

  test('of curl and OpenSSL exactly what their makers say is open', async () => {
    const ofCurl: readonly { aliases: readonly string[]; affected: readonly { versions: readonly string[] }[] }[] =
      JSON.parse(await readFile(path.join(data, 'feeds/curl/vuln.json'), 'utf8'));
    const affecting = ofCurl.filter(({ affected }) => affected.some(({ versions }) => versions.includes('8.17.0')));
    expect(await openOf('curl')).toEqual(affecting.flatMap(({ aliases }) => aliases).sort());
    expect(affecting.length).toBeGreaterThan(10);

    const isBefore = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true }) < 0;
    for (const [attr, version, channel] of [
      ['openssl', '3.6.0', 'rolling'],
      ['openssl_1_1', '1.1.1w', 'old'],
    ] as const) {
      const ids = await affectedBy(version, isBefore);
      expect([attr, await openOf(attr, channel)]).toEqual([attr, ids]);
      expect(ids.length).toBeGreaterThan(3);
    }
  });

  /** Read from OpenSSL's records with nothing of ours: the branch is what stands before the last number or letter. */
  async function affectedBy(version: string, isBefore: (a: string, b: string) => boolean): Promise<readonly string[]> {
    const folder = path.join(data, 'feeds/openssl/secjson');
    const branch = version.startsWith('1.1.1') ? '1.1.1' : version.slice(0, 4);
    const records = await Promise.all(
      (await readdir(folder)).map(async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8'))),
    );
    return records
      .filter(({ containers }) =>
        containers.cna.affected?.some(
          ({ versions }: { versions?: readonly { version: string; lessThan?: string; status: string }[] }) =>
            versions?.some(
              (range) =>
                range.status === 'affected' &&
                range.version.startsWith(branch) &&
                !isBefore(version, range.version) &&
                range.lessThan !== undefined &&
                isBefore(version, range.lessThan),
            ),
        ),
      )
      .map(({ cveMetadata }) => String(cveMetadata.cveId))
      .sort();
  }

  test('a record without an upper bound is no proof: a person has to look', async () => {
    expect(await lineOf('CVE-2023-6246', 'glibc')).toMatchObject({ answer: 'under_investigation', version: '2.40' });
    const told: string[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const page: z.infer<typeof pages.findings> = await answer(
        pages.findings,
        `/api/v1/findings?state=open&limit=200${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`,
      );
      told.push(...page.items.map(({ explanation }) => explanation));
      after = page.next;
    }
    expect(told.length).toBeGreaterThan(500);
    // For each open finding some record places the version below a bound, or names it.
    expect(told.filter((text) => !/: in, /.test(text))).toEqual([]);
    expect(told.filter((text) => /: in, \S+ is in ≥ \S+\.(\s|$)/.test(text) && !/[<≤]/.test(text))).toEqual([]);
  });

  test('what the derivation patches is not open', async () => {
    for (const attr of ['perl', 'perl538'])
      expect(await lineOf('CVE-2024-56406', attr)).toMatchObject({
        answer: 'fixed',
        because: expect.stringContaining('CVE-2024-56406.patch'),
      });
    expect(await openOf('perl')).not.toContain('CVE-2024-56406');
  });

  test('10.2p1 comes after 10.1', async () => {
    expect(await lineOf('CVE-2025-61984', 'openssh')).toMatchObject({ answer: 'fixed', version: '10.2p1' });
    expect(await openOf('openssh')).toEqual([]);
  });
});
