import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipOf } from './zip.ts';

interface NvdItem {
  readonly cve: { readonly id: string; readonly lastModified: string };
}

/** What the public endpoints hold. Change it and they answer so. */
export interface PublicFeeds {
  nvd: readonly NvdItem[];
  kev: string;
  epss: string;
  /** By database, then by id: the record and when it was modified. */
  readonly osv: Map<string, Map<string, { readonly text: string; readonly modified: string }>>;
}

const nvdPage = 40;

/** Answers `/<host>/<path>` as that host answers, in the true shapes; false when no feed lies there. */
export function answerFeed(request: IncomingMessage, response: ServerResponse, feeds: PublicFeeds): boolean {
  const url = new URL(request.url ?? '', 'http://localhost');
  const body = bodyAt(url, feeds);
  if (body === null) return false;
  const etag = `"${createHash('sha256').update(body).digest('hex')}"`;
  response.setHeader('ETag', etag);
  const known = request.headers['if-none-match'] === etag;
  response.writeHead(known ? 304 : 200).end(known ? undefined : body);
  return true;
}

function bodyAt({ pathname, searchParams }: URL, feeds: PublicFeeds): Buffer | null {
  switch (pathname) {
    case '/services.nvd.nist.gov/rest/json/cves/2.0':
      return Buffer.from(JSON.stringify(nvdAnswer(searchParams, feeds.nvd)));
    case '/www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json':
      return Buffer.from(feeds.kev);
    case '/epss.empiricalsecurity.com/epss_scores-current.csv.gz':
      return gzipSync(feeds.epss);
  }
  const [, database = '', name = ''] = /\/([^/]+)\/([^/]+)$/.exec(decodeURIComponent(pathname)) ?? [];
  const records = pathname.includes('osv-vulnerabilities') ? feeds.osv.get(database) : undefined;
  if (records === undefined) return null;
  if (name === 'all.zip')
    return zipOf(new Map([...records].map(([id, { text }]) => [`${id}.json`, Buffer.from(text)])));
  if (name === 'modified_id.csv') {
    const lines = [...records].map(([id, { modified }]) => `${modified},${id}\n`);
    return Buffer.from(lines.sort().reverse().join(''));
  }
  const record = records.get(name.replace(/\.json$/, ''));
  return record === undefined ? null : Buffer.from(record.text);
}

/** One page of the API, of what was modified in the window that is asked for. */
function nvdAnswer(query: URLSearchParams, all: readonly NvdItem[]) {
  const [from, to] = ['lastModStartDate', 'lastModEndDate'].map((name) => query.get(name));
  const asked = all.filter(({ cve }) => {
    const at = Date.parse(`${cve.lastModified}Z`);
    return from == null || to == null || (at >= Date.parse(from) && at <= Date.parse(to));
  });
  const startIndex = Number(query.get('startIndex') ?? 0);
  const vulnerabilities = asked.slice(startIndex, startIndex + nvdPage);
  return {
    resultsPerPage: vulnerabilities.length,
    startIndex,
    totalResults: asked.length,
    format: 'NVD_CVE',
    version: '2.0',
    timestamp: new Date().toISOString().slice(0, -1),
    vulnerabilities,
  };
}

/** The starter's snapshots, as the public hosts would serve them. */
export async function starterFeeds(): Promise<PublicFeeds> {
  const at = (...names: readonly string[]) => path.resolve('examples/starter/feeds', ...names);
  const text = (...names: readonly string[]) => readFile(at(...names), 'utf8');
  const years = await Promise.all((await readdir(at('nvd'))).map((name) => text('nvd', name)));
  const databases = await Promise.all(
    (await readdir(at('osv'))).map(async (database) => {
      const names = await readdir(at('osv', database));
      const records = await Promise.all(
        names.map(async (name) => {
          const content = await text('osv', database, name);
          return [
            path.basename(name, '.json'),
            { text: content, modified: String(JSON.parse(content).modified) },
          ] as const;
        }),
      );
      return [database, new Map(records)] as const;
    }),
  );
  return {
    nvd: years.flatMap((year) => JSON.parse(year).vulnerabilities),
    kev: await text('kev', 'known_exploited_vulnerabilities.json'),
    epss: await text('epss', 'epss_scores-2026-05-31.csv'),
    osv: new Map(databases),
  };
}
