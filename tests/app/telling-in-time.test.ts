/** The promise of a first start: a vulnerability arrives in a feed, and within ten seconds everybody who asked knows. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseFeed } from 'feedsmith';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepFeeds, publishCritical } from '../support/planted-cve.ts';
import { freePort, snowguard } from '../support/program.ts';
import { getJson, type Server, startServer } from '../support/server.ts';
import { editSettings, starterWorkspace } from '../support/workspaces.ts';

const cve = 'CVE-2026-99001';
const inTimeMs = 10_000;
const secret = `whsec_${Buffer.from('a secret of thirty-two bytes ok!').toString('base64')}`;

interface Hook {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const mails: string[] = [];
const hooks: Hook[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  onData: (stream, _session, done) => {
    let raw = '';
    stream.setEncoding('utf8').on('data', (text: string) => {
      raw += text;
    });
    stream.on('end', () => {
      mails.push(raw);
      done();
    });
  },
});
const hookServer = createServer(async (request, response) => {
  let body = '';
  for await (const text of request.setEncoding('utf8')) body += text;
  hooks.push({ headers: request.headers, body });
  response.writeHead(204).end();
});

let root: string;
let folder: string;
let server: Server;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-telling-'));
  folder = path.join(root, 'starter');
  smtp.listen(0, '127.0.0.1');
  hookServer.listen(0, '127.0.0.1');
  await Promise.all([once(smtp.server, 'listening'), once(hookServer, 'listening')]);
  const { port: smtpPort } = smtp.server.address() as AddressInfo;
  const { port: hookPort } = hookServer.address() as AddressInfo;
  await starterWorkspace(folder, { nix: 'none' });
  await keepFeeds(folder);
  await editSettings(folder, (text) =>
    text.replace('allow_hosts = []', `allow_hosts = ["127.0.0.1:${smtpPort}", "127.0.0.1:${hookPort}"]`).concat(`
[[target]]
name = "mail"
channel = "email"
host = "127.0.0.1"
port = ${smtpPort}
security = "none"
from = "Snowguard <security@example.org>"
[[target]]
name = "hook"
channel = "webhook"
url = "http://127.0.0.1:${hookPort}/hook"
secret_env = "HOOK_SECRET"
${['mail', 'hook']
  .map(
    (target) => `[[subscription]]
subscriber = "${target}-readers"
targets = ["${target}"]
address = "team@example.org"
kinds = ["finding.opened"]
packages = ["libpng"]
digest = "day"
`,
  )
  .join('')}`),
  );
  server = await startServer({
    workspace: folder,
    port: await freePort(),
    args: ['--starter'],
    environment: { HOOK_SECRET: secret },
  });
  await server.up();
}, 120_000);
afterAll(async () => {
  await server?.stop();
  smtp.close();
  hookServer.close();
  await rm(root, { recursive: true, force: true });
});

async function textOf(place: string): Promise<string> {
  const answer = await fetch(server.origin + place, { headers: { Accept: 'text/html' } });
  return answer.ok ? answer.text() : '';
}

test('within ten seconds of a CVE: finding, clock, pages, feeds, a mail and a signed webhook', {
  timeout: 60_000,
}, async () => {
  const mailsOf = () => mails.filter((raw) => raw.includes(cve));
  const hooksOf = () => hooks.filter(({ body }) => body.includes(cve));
  expect(await textOf('/feeds/all.atom')).not.toContain(cve);

  const startedAt = performance.now();
  const publishedAt = await publishCritical(folder, cve);
  const synced = await snowguard(['sync', 'nvd', '-w', folder], { environment: { HOOK_SECRET: secret } });
  expect(synced).toMatchObject({ status: 0 });
  const feeds = ['rss', 'atom', 'json'].flatMap((type) => [`/feeds/all.${type}`, `/feeds/package/libpng.${type}`]);
  const pages = [`/cve/${cve}`, '/packages/libpng', '/findings'];
  const missing = async () => {
    const texts = await Promise.all([...pages, ...feeds].map(async (place) => [place, await textOf(place)] as const));
    const silent = texts.filter(([, text]) => !text.includes(cve)).map(([place]) => place);
    return [...silent, ...(mailsOf().length > 0 ? [] : ['mail']), ...(hooksOf().length > 0 ? [] : ['webhook'])];
  };
  for (let left = await missing(); left.length > 0; left = await missing()) {
    if (performance.now() - startedAt > inTimeMs) expect(left).toEqual([]);
    await sleep(100);
  }
  const tookMs = performance.now() - startedAt;
  console.log(`a CVE was told everywhere after ${(tookMs / 1000).toFixed(1)} s`);
  expect(tookMs).toBeLessThan(inTimeMs);

  const { items } = await getJson<{ items: readonly Record<string, unknown>[] }>(server, `/api/v1/findings?q=${cve}`);
  const found = items.filter(({ advisoryId }) => advisoryId === cve);
  expect(found).toMatchObject([{ attr: 'libpng', state: 'open', band: 'critical', disclosedAt: publishedAt }]);
  const { deadlines } = found[0] as { readonly deadlines: { readonly remediationDueAt: string } };
  expect(Date.parse(deadlines.remediationDueAt)).toBeGreaterThan(Date.now());
  for (const place of feeds) expect(parseFeed(await textOf(place)).format).toBe(path.extname(place).slice(1));
  expect(mailsOf()).toHaveLength(1);
  expect(hooksOf()).toHaveLength(1);
  const [hook] = hooksOf();
  const payload = new Webhook(secret).verify(hook?.body ?? '', hook?.headers as Record<string, string>);
  expect(payload).toMatchObject({ type: 'alert.finding.opened', data: { about: { packages: ['libpng'] } } });
});
