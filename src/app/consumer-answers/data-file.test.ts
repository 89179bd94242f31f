import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '../../foundation/errors.ts';
import { SetFacts } from '../../pipeline/consumers/index.ts';
import { readDataFile, writeDataFile } from './data-file.ts';

const keys = generateKeyPairSync('ed25519');
const facts = SetFacts.parse({
  format: 'snowguard-facts',
  version: 1,
  madeAt: 1_796_083_200_000,
  server: 'https://secure.example.org',
  syncedAt: null,
  releases: [],
  findings: [],
  covered: [{ attr: 'xz', category: 'base' }],
  packages: [],
  advisories: [],
});

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-data-'));
  file = path.join(folder, 'data.gz');
  await writeDataFile({ file, facts, key: keys.privateKey });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('what was written is read, by whom any of the keys is known to', async () => {
  const other = generateKeyPairSync('ed25519').publicKey;
  expect(await readDataFile(file, [other, keys.publicKey])).toEqual(facts);
  expect(await readdir(folder)).toEqual(['data.gz']);
});

test('a file that another key has signed is not read', async () => {
  for (const known of [[], [generateKeyPairSync('ed25519').publicKey]])
    await expect(readDataFile(file, known)).rejects.toMatchObject({ code: 'data.untrusted' });
});

test('no byte of it can be changed', async () => {
  const text = gunzipSync(await readFile(file));
  let refused = 0;
  for (let at = 0; at < text.length - 1; at++) {
    const changed = Buffer.from(text);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await writeFile(file, gzipSync(changed));
    const read = await readDataFile(file, [keys.publicKey]).catch((error: unknown) => error);
    // The last digit of the signature has bits that say nothing.
    if (!(read instanceof AppError)) expect(read).toEqual(facts);
    else refused++;
  }
  expect(refused).toBeGreaterThan(text.length - 8);
});

test('what is no such file is said to be none', async () => {
  for (const wrong of [Buffer.from('text'), gzipSync(''), gzipSync('{}\n"x"\n{}\n')]) {
    await writeFile(file, wrong);
    await expect(readDataFile(file, [keys.publicKey])).rejects.toThrow(/no data file|not signed/);
  }
  await expect(readDataFile(path.join(folder, 'nope'), [])).rejects.toMatchObject({ code: 'usage.data-unreadable' });
});
