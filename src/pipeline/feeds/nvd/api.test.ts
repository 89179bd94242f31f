import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createFetcher } from '../../../platform/fetcher/http.ts';
import { silentProgress } from '../../../platform/log/index.ts';
import type { FeedItem, ReadContext } from '../model.ts';
import { snapshotDay } from '../reading/testing.ts';
import { nvd } from './source.ts';

type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** A small NVD of its own over HTTP; `disturbances` come before its answers. */
const records = Array.from({ length: 5 }, (_, index) => ({ cve: { id: `CVE-2026-100${index}` } }));
let largestPage = 2;
let disturbances: Reply[] = [];
const asked: URL[] = [];
const keys: unknown[] = [];
const server = createServer((request, response) => {
  asked.push(new URL(request.url ?? '', 'http://localhost'));
  keys.push(request.headers.apikey);
  (disturbances.shift() ?? answer)(request, response);
});

function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  response.end(pageAt(url));
}

function pageAt(url: string): string {
  const start = Number(new URL(url, 'http://localhost').searchParams.get('startIndex'));
  const vulnerabilities = records.slice(start, start + largestPage);
  const counts = { resultsPerPage: vulnerabilities.length, startIndex: start, totalResults: records.length };
  return JSON.stringify({ ...counts, format: 'NVD_CVE', version: '2.0', vulnerabilities });
}

const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Reply =>
  (_, response) =>
    response.writeHead(code, headers).end();

let close = async () => {};
let context: ReadContext;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fetcher = createFetcher({ userAgent: 'test', allowHosts: [host] });
  close = fetcher.close;
  context = {
    location: { kind: 'url', url: `http://${host}/rest/json/cves/2.0` },
    cursor: null,
    fetcher,
    clock: { now: () => snapshotDay },
    secret: 'a-key',
    progress: silentProgress,
    signal: new AbortController().signal,
  };
});
afterAll(async () => {
  await close();
  server.close();
});
beforeEach(() => {
  [asked.length, keys.length, disturbances, largestPage] = [0, 0, [], 2];
});

async function drained(
  more: Partial<ReadContext> = {},
): Promise<{ readonly items: readonly FeedItem[]; readonly error: unknown }> {
  const items: FeedItem[] = [];
  try {
    for await (const item of nvd.read({ ...context, ...more })) items.push(item);
    return { items, error: null };
  } catch (error) {
    return { items, error };
  }
}

const idsOf = (items: readonly FeedItem[]) => items.flatMap((item) => (item.kind === 'record' ? [item.record.id] : []));
const all = records.map(({ cve }) => cve.id);

test('smaller pages than asked for leave nothing out', async () => {
  const { items, error } = await drained();
  expect(error).toBeNull();
  expect(idsOf(items)).toEqual(all);
  expect(items.at(-1)).toEqual({ kind: 'end', cursor: String(snapshotDay), complete: true });
  expect(asked.map(({ searchParams }) => searchParams.get('startIndex'))).toEqual(['0', '2', '4']);
  expect(keys).toEqual(['a-key', 'a-key', 'a-key']);
});

test('throttled, failing and broken answers are asked for again', async () => {
  largestPage = 5;
  const cutOff: Reply = ({ url = '' }, response) => {
    const page = pageAt(url);
    response.writeHead(200, { 'content-length': page.length });
    response.write(page.slice(0, page.length / 2), () => response.destroy());
  };
  disturbances = [status(403), status(429, { 'retry-after': '0' }), status(503, { 'retry-after': '0' }), cutOff];
  const { items, error } = await drained();
  expect(error).toBeNull();
  // The broken half was not given out: every record comes once.
  expect(idsOf(items)).toEqual(all);
  expect(asked).toHaveLength(5);
});

test('what was good before a page that is cut off is given, but no end', async () => {
  const half: Reply = ({ url = '' }, response) => response.end(pageAt(url).slice(0, -10));
  disturbances = [answer, half];
  const { items, error } = await drained();
  expect(idsOf(items)).toEqual(all.slice(0, 3));
  expect(items.at(-1)?.kind).toBe('record');
  expect(error).toMatchObject({ code: 'feeds.unreadable' });
});

test('a first load that is cut short goes on where it was; what changed since it began comes after', async () => {
  disturbances = [answer, status(401)];
  const cut = await drained();
  expect(cut.items.at(-1)).toEqual({ kind: 'reached', cursor: `${snapshotDay} 2` });
  const later = { now: () => snapshotDay + 3_600_000 };
  asked.length = 0;
  const rest = await drained({ cursor: `${snapshotDay} 2`, clock: later });
  expect([idsOf(rest.items), rest.items.at(-1)]).toEqual([
    all.slice(2),
    { kind: 'end', cursor: String(snapshotDay), complete: false },
  ]);
  expect(asked.map(({ searchParams }) => searchParams.get('startIndex'))).toEqual(['2', '4']);
  asked.length = 0;
  const changes = await drained({ cursor: String(snapshotDay), clock: later });
  expect(changes.items.some(({ kind }) => kind === 'reached')).toBe(false);
  expect(asked[0]?.searchParams.get('lastModStartDate')).toBe('2026-05-31T22:00:00Z');
  const tooLate = { now: () => snapshotDay + 200 * 86_400_000 };
  expect(idsOf((await drained({ cursor: `${snapshotDay} 2`, clock: tooLate })).items)).toEqual(all);
});

test('an empty page before the announced end is no end', async () => {
  largestPage = 0;
  const { items, error } = await drained();
  expect(items).toEqual([]);
  expect(error).toMatchObject({ code: 'feeds.unreadable' });
});

test('a wrong key and a wrong address say so', async () => {
  disturbances = [status(401)];
  expect(await drained()).toMatchObject({ items: [], error: { code: 'feeds.refused' } });
  disturbances = [status(404)];
  expect(await drained()).toMatchObject({ items: [], error: { code: 'feeds.refused' } });
});

test('a pause ends at once when the sync is stopped', async () => {
  const stop = new AbortController();
  disturbances = [
    (_, response) => {
      response.writeHead(429, { 'retry-after': '300' }).end();
      setTimeout(() => stop.abort(), 50);
    },
  ];
  const { items, error } = await drained({ signal: stop.signal });
  expect(items).toEqual([]);
  expect(error).toMatchObject({ name: 'AbortError' });
});
