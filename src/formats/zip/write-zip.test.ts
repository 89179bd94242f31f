import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entry, fromBuffer, type Options, type ZipFile } from 'yauzl';
import { createZip } from './write-zip.ts';

function writeZip(members: readonly (readonly [string, Buffer])[]): Buffer {
  const zip = createZip();
  for (const [name, content] of members) zip.add(name, content);
  return zip.end();
}

const opened = promisify<Buffer, Options, ZipFile>(fromBuffer);

async function membersOf(zip: Buffer): Promise<readonly (readonly [string, string])[]> {
  const archive = await opened(zip, { lazyEntries: true });
  const found: (readonly [string, string])[] = [];
  for (let index = 0; index < archive.entryCount; index++) {
    archive.readEntry();
    const [entry] = (await once(archive, 'entry')) as [Entry];
    const stream = await promisify<Entry, Readable>(archive.openReadStream.bind(archive))(entry);
    found.push([entry.fileName, (await buffer(stream)).toString('latin1')]);
  }
  return found;
}

test('what is written is read by another program, byte by byte', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.stringMatching(/^[a-zäß]{1,9}\.json$/), fc.uint8Array({ maxLength: 200 }), { maxKeys: 8 }),
      async (files) => {
        const members = Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes)] as const);
        expect(await membersOf(writeZip(members))).toEqual(
          members.map(([name, content]) => [name, content.toString('latin1')]),
        );
        expect(writeZip(members)).toEqual(writeZip(members));
      },
    ),
    { numRuns: 30 },
  );
});

test('more members than 65,535', async () => {
  const content = Buffer.from('x');
  const members = Array.from({ length: 65_536 }, (_, index) => [`${index}`, content] as const);
  const archive = await opened(writeZip(members), { lazyEntries: true });
  expect(archive.entryCount).toBe(65_536);
});
