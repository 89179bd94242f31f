import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readStarter, type Starter } from '../../src/app/starter/read-starter.ts';
import { replayHistory } from '../../src/app/starter/replay-history.ts';
import { scoreCvss } from '../../src/formats/cvss/score-cvss.ts';
import type { AdvisoryRecord } from '../../src/pipeline/advisories/index.ts';
import { type Instance, inventoryLines, readInventory } from '../../src/pipeline/catalog/index.ts';
import type { AffectedProduct } from '../../src/pipeline/feeds/index.ts';
import { normaliseOsv } from '../../src/pipeline/feeds/osv/normalise.ts';
import { carriedOf, createIdentityData, matchPackage } from '../../src/pipeline/matching/index.ts';
import { advisory } from '../../src/pipeline/matching/testing.ts';
import { initBare } from '../../src/platform/git/repository.ts';

const dir = path.resolve('examples/starter');

interface NvdMatch {
  readonly criteria: string;
  readonly versionStartIncluding?: string;
  readonly versionEndExcluding?: string;
  readonly versionEndIncluding?: string;
}

interface NvdItem {
  readonly cve: {
    readonly id: string;
    readonly published: string;
    readonly configurations: readonly { readonly nodes: readonly { readonly cpeMatch: readonly NvdMatch[] }[] }[];
  };
}

/** The one kind of entry that the starter's NVD answers have. */
function productOf(match: NvdMatch): AffectedProduct {
  const [, , part = '', vendor = '', product = '', version = '*'] = match.criteria.split(':');
  const { versionStartIncluding: lo, versionEndExcluding: before, versionEndIncluding: last } = match;
  return {
    identity: { kind: 'cpe', part, vendor, product, targetSoftware: null, edition: null },
    scheme: vendor === 'openssl' ? 'openssl' : 'generic',
    ranges:
      version === '*'
        ? [{ lo: lo ?? null, loInclusive: true, hi: before ?? last ?? null, hiInclusive: last !== undefined }]
        : [],
    versions: version === '*' ? [] : [version],
    unaffected: [],
    otherwise: 'unaffected',
    weak: null,
    platforms: [],
    component: null,
  };
}

async function readJson<Value>(...names: readonly string[]): Promise<Value> {
  return JSON.parse(await readFile(path.join(dir, 'feeds', ...names), 'utf8')) as Value;
}

async function readRecords(): Promise<readonly (AdvisoryRecord & { readonly cve: string })[]> {
  const years = await readdir(path.join(dir, 'feeds/nvd'));
  const answers = await Promise.all(
    years.map((name) => readJson<{ vulnerabilities: readonly NvdItem[] }>('nvd', name)),
  );
  const nvd = answers.flatMap(({ vulnerabilities }) =>
    vulnerabilities.map(({ cve }) => ({
      cve: cve.id,
      source: 'nvd',
      recordId: cve.id,
      state: 'active' as const,
      affected: cve.configurations.flatMap(({ nodes }) => nodes.flatMap(({ cpeMatch }) => cpeMatch.map(productOf))),
      severities: [],
      publishedAt: Date.parse(`${cve.published}Z`),
      statements: [],
      tags: [],
    })),
  );
  const osv = await Promise.all(
    ['Bitnami', 'Go', 'PyPI'].map(async (ecosystem) => {
      const names = await readdir(path.join(dir, 'feeds/osv', ecosystem));
      return Promise.all(
        names.map(async (name) => {
          const source = `osv-${ecosystem.toLowerCase()}`;
          const found = normaliseOsv(await readJson('osv', ecosystem, name), { source, now: Date.UTC(2026, 10, 24) });
          return { ...found, recordId: found.id, cve: found.aliases[0] ?? '' };
        }),
      );
    }),
  );
  return [...nvd, ...osv.flat()];
}

let folder: string;
let starter: Starter;
let ids: ReadonlyMap<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-story-'));
  starter = await readStarter(dir, { today: '2026-11-24' });
  ids = await replayHistory({ git: await initBare(path.join(folder, 'upstream.git')), dir });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function instancesAt(to: string): Promise<readonly Instance[]> {
  const all: Instance[] = [];
  const file = path.join(starter.inventories, `${ids.get(to)}.jsonl`);
  for await (const item of readInventory(inventoryLines(createReadStream(file))))
    if (item.kind === 'instance') all.push(item.instance);
  return all;
}

/** A package and a vulnerability, and what the channel says of them after each step of the story. */
const story = `
bind CVE-2025-40778 open fixed fixed fixed
coreutils CVE-2025-5278 open open fixed fixed
curl CVE-2025-13034 open open fixed fixed
curl CVE-2025-14017 open open fixed fixed
curl CVE-2026-3783 open open open open
curl CVE-2026-3805 open open open open
curlMinimal CVE-2025-13034 open open fixed fixed
curlMinimal CVE-2025-14017 open open fixed fixed
curlMinimal CVE-2026-3783 open open open open
curlMinimal CVE-2026-3805 open open open open
dnsmasq CVE-2026-2291 open open open open
dnsmasq CVE-2026-4892 open open open open
expat CVE-2025-59375 open fixed fixed fixed
freetype CVE-2025-27363 fixed fixed fixed fixed
git CVE-2025-48384 open fixed fixed fixed
glibc CVE-2025-0395 open fixed fixed fixed
glibc CVE-2026-0861 unsure unsure unsure unsure
glibc CVE-2026-4046 open open open open
gnutar CVE-2025-45582 open open open open
gnutls CVE-2025-32988 open fixed fixed fixed
go CVE-2025-61729 open open fixed fixed
go CVE-2025-68121 open open open open
go CVE-2026-25679 open open open open
haproxy CVE-2025-11230 open fixed fixed fixed
krb5 CVE-2025-24528 open open open open
libarchive CVE-2025-5914 open open open open
libpng CVE-2025-64720 open open fixed fixed
libpng CVE-2025-65018 open open fixed fixed
libpng CVE-2025-66293 open open fixed fixed
libpng CVE-2026-22801 open open open open
libtiff CVE-2025-9900 open fixed fixed fixed
libwebp CVE-2023-4863 fixed fixed fixed fixed
libxml2 CVE-2025-49794 open fixed fixed fixed
libxml2 CVE-2025-49796 open fixed fixed fixed
libxml2 CVE-2025-6021 unsure unsure unsure unsure
lz4 CVE-2025-62813 open fixed open open
nghttp2 CVE-2024-28182 fixed fixed fixed fixed
nghttp2 CVE-2026-27135 open open open open
nginx CVE-2025-53859 open open open open
nginx CVE-2026-42945 open open open fixed
nodejs CVE-2025-55130 open open fixed fixed
nodejs CVE-2026-21710 open open open open
openssh CVE-2024-6387 fixed fixed fixed fixed
openssh CVE-2025-61984 open open fixed fixed
openssl CVE-2025-15467 open open fixed fixed
openssl CVE-2025-4575 open fixed fixed fixed
openssl CVE-2025-9230 open fixed fixed fixed
openssl CVE-2026-31790 open open open open
openssl_1_1 CVE-2025-15467 clear clear clear clear
openssl_1_1 CVE-2025-4575 clear clear clear clear
openssl_1_1 CVE-2025-9230 open open open open
openssl_1_1 CVE-2026-31790 clear clear clear clear
pcre2 CVE-2025-58050 open fixed fixed fixed
perl CVE-2024-56406 fixed fixed fixed fixed
postgresql CVE-2025-8714 open fixed fixed fixed
postgresql CVE-2025-8715 open fixed fixed fixed
postgresql CVE-2026-6473 open open open open
postgresql CVE-2026-6637 open open open open
python3 CVE-2025-13836 open open open open
python3 CVE-2025-8194 open fixed fixed fixed
python3 CVE-2026-7210 unsure unsure unsure unsure
python3Packages.requests CVE-2024-47081 open fixed fixed fixed
python3Packages.urllib3 CVE-2025-50181 open fixed fixed fixed
python3Packages.urllib3 CVE-2025-66418 open open fixed fixed
sqlite CVE-2025-6965 open fixed fixed fixed
sudo CVE-2025-32462 open fixed fixed fixed
sudo CVE-2025-32463 open fixed fixed fixed
valkey CVE-2025-49844 open fixed fixed fixed
xz CVE-2024-3094 clear clear clear clear
xz CVE-2025-31115 open fixed fixed fixed
zlib CVE-2023-45853 fixed fixed fixed fixed
`;

const marks = { affected: 'open', under_investigation: 'unsure', fixed: 'fixed', not_affected: 'clear' } as const;

test('each step leaves open, unsure and fixed what the story says', async () => {
  const advisories = [...Map.groupBy(await readRecords(), ({ cve }) => cve)].map(([id, records]) =>
    advisory(records, { id }),
  );
  const data = createIdentityData({});
  const rows = new Map<string, string[]>();
  for (const [index, { to }] of starter.steps.entries()) {
    const { byAttr } = carriedOf(await instancesAt(to), data);
    for (const [attr, carried] of byAttr)
      for (const about of advisories) {
        const found = matchPackage({ channel: 'rolling', carried, advisory: about, data });
        if (found === null) continue;
        const row = rows.get(`${attr} ${about.id}`) ?? starter.steps.map(() => '-');
        row[index] = marks[found.match.status];
        rows.set(`${attr} ${about.id}`, row);
      }
  }
  const told = [...rows].map(([what, row]) => `${what} ${row.join(' ')}`).sort();
  expect(told).toEqual(story.trim().split('\n'));
});

test('the feeds speak of the same vulnerabilities, and scores are those of their vectors', async () => {
  const records = await readRecords();
  const known = new Set(records.filter(({ source }) => source === 'nvd').map(({ cve }) => cve));
  expect(known.size).toBeGreaterThanOrEqual(40);
  expect(records.filter(({ cve }) => !known.has(cve))).toEqual([]);
  const files = (await readdir(path.join(dir, 'feeds/cve/cves'), { recursive: true })).filter((name) =>
    name.endsWith('.json'),
  );
  expect(files.filter((name) => !known.has(path.basename(name, '.json')))).toEqual([]);
  const kev = await readJson<{ vulnerabilities: readonly { cveID: string }[] }>(
    'kev/known_exploited_vulnerabilities.json',
  );
  expect(kev.vulnerabilities.filter(({ cveID }) => !known.has(cveID))).toEqual([]);
  const documents = [
    ...files.map((name) => `cve/cves/${name}`),
    ...['2023', '2024', '2025', '2026'].map((year) => `nvd/${year}.json`),
  ];
  let scored = 0;
  for (const name of documents)
    for (const { vectorString, baseScore } of cvssIn(await readJson(name))) {
      scored++;
      expect([name, vectorString, scoreCvss(vectorString)?.score]).toEqual([name, vectorString, baseScore]);
    }
  expect(scored).toBeGreaterThan(80);
});

function cvssIn(value: unknown): readonly { readonly vectorString: string; readonly baseScore: number }[] {
  if (value === null || typeof value !== 'object') return [];
  if ('vectorString' in value && 'baseScore' in value)
    return [{ vectorString: String(value.vectorString), baseScore: Number(value.baseScore) }];
  return Object.values(value).flatMap(cvssIn);
}
