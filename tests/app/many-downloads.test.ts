/** Many who take a large file at once, each slowly: they cost the server little memory. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeBase32 } from '../../src/formats/nix/base32.ts';
import { narOf } from '../../src/formats/nix/nar.ts';
import { type CacheWorld, cacheWorld } from '../support/cache-world.ts';
import { freePort } from '../support/program.ts';
import { startServer } from '../support/server.ts';

const mebibyte = 1024 * 1024;
let world: CacheWorld;
/** Of an archive of 20 MB. */
let place = '';
beforeAll(async () => {
  world = await cacheWorld();
  const token = await world.token(['cache-write']);
  const chunks: Uint8Array[] = [];
  const content = randomBytes(20 * mebibyte);
  for await (const chunk of narOf([{ path: 'large', kind: 'regular', content }])) chunks.push(chunk);
  const nar = Buffer.concat(chunks);
  const hash = encodeBase32(createHash('sha256').update(nar).digest());
  place = `/cache/nar/${hash}.nar`;
  const put = async (where: string, body: Uint8Array<ArrayBuffer> | string) =>
    (await fetch(world.origin + where, { method: 'PUT', body, headers: { Authorization: `Bearer ${token}` } })).status;
  const path = '0'.repeat(31);
  const info = `StorePath: /nix/store/${path}1-large\nURL: nar/${hash}.nar\nCompression: none\nNarHash: sha256:${hash}\nNarSize: ${nar.length}\nReferences: \n`;
  expect([await put(place, new Uint8Array(nar)), await put(`/cache/${path}1.narinfo`, info)]).toEqual([201, 201]);
});
afterAll(() => world?.close());

/** The most memory that a server of its own held while so many took the file, and how many bytes they got. */
async function peakWith(downloads: number): Promise<{ readonly peakMb: number; readonly gotBytes: number }> {
  const port = await freePort();
  const workspace = path.join(world.folder, 'workspace');
  const server = await startServer({ workspace, port, args: ['--role', 'serve'] });
  await server.up();
  let gotBytes = 0;
  const sockets = Array.from({ length: downloads }, () => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`GET ${place} HTTP/1.1\r\nHost: x\r\n\r\n`));
    return socket
      .on('error', () => {})
      .on('data', (bytes) => {
        gotBytes += bytes.length;
        socket.pause();
      });
  });
  for (let turn = 0; turn < 25; turn++) {
    await sleep(100);
    for (const socket of sockets) socket.resume();
  }
  for (const socket of sockets) socket.destroy();
  return { peakMb: (await server.stop()).peakMb, gotBytes };
}

test.skipIf(!existsSync('/proc/self/status'))('500 at once, beside one', { timeout: 60_000 }, async () => {
  const one = await peakWith(1);
  const many = await peakWith(500);
  expect(one.gotBytes).toBeGreaterThan(mebibyte);
  expect(many.gotBytes).toBeGreaterThan(500 * 64 * 1024);
  expect(many.peakMb - one.peakMb).toBeLessThan(96);
});
