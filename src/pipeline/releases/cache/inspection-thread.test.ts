import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { encodeBase32 } from '../../../formats/nix/base32.ts';
import { narOf } from '../../../formats/nix/nar.ts';
import { type InspectNar, inspectNar } from './inspect-nar.ts';
import { createInspectionThread } from './inspection-thread.ts';

const hasXz = spawnSync('xz', ['--version']).status === 0;
if (!hasXz) console.log('skipped: no xz on this machine to pack with');

const bounds = { narBytes: 2 ** 30, fileBytes: 2 ** 30 };

/** An archive that is as long to unpack as it is large, and does not shrink to nothing. */
async function archive(sizeBytes: number): Promise<Buffer> {
  const words = Array.from({ length: sizeBytes / 16 }, (_, index) =>
    `${(index * 2_654_435_761) % 4_294_967_296}`.padEnd(16),
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of narOf([{ path: 'f', kind: 'regular', content: Buffer.from(words.join('')) }]))
    chunks.push(chunk);
  return Buffer.concat(chunks);
}

const xz = (bytes: Uint8Array) => spawnSync('xz', ['-0', '-c'], { input: bytes, maxBuffer: 2 ** 30 }).stdout;

async function inspected(inspect: InspectNar, bytes: Uint8Array) {
  const inspector = await inspect('xz', bounds);
  try {
    for (let from = 0; from < bytes.length; from += 65_536) await inspector.write(bytes.subarray(from, from + 65_536));
    return await inspector.end();
  } catch (error) {
    inspector.abandon();
    throw error;
  }
}

describe.skipIf(!hasXz)('the thread that unpacks xz', { timeout: 60_000 }, () => {
  test('finds what is found without it, and several at once', async () => {
    const nars = await Promise.all([16, 160_000, 1_600_000].map(archive));
    const thread = createInspectionThread();
    const facts = await Promise.all(nars.map((nar) => inspected(thread, xz(nar))));
    expect(facts.map(({ narHash, narSize }) => [narHash, narSize])).toEqual(
      nars.map((nar) => [`sha256:${encodeBase32(createHash('sha256').update(nar).digest())}`, nar.length]),
    );
  });

  test('says what is wrong with one, and goes on with the others', async () => {
    const nar = await archive(1_600_000);
    const packed = xz(nar);
    const thread = createInspectionThread();
    const [good, half, none] = await Promise.allSettled([
      inspected(thread, packed),
      inspected(thread, packed.subarray(0, packed.length / 2)),
      inspected(thread, nar),
    ]);
    expect(good).toMatchObject({ status: 'fulfilled', value: { narSize: nar.length } });
    for (const bad of [half, none])
      expect(bad).toMatchObject({
        status: 'rejected',
        reason: { name: 'AppError', code: expect.stringMatching(/^(cache|nar)\./) },
      });
  });

  test('leaves the event loop to others', async () => {
    const packed = xz(await archive(32_000_000));
    const busy = async (inspect: InspectNar) => {
      const before = performance.eventLoopUtilization();
      await inspected(inspect, packed);
      return performance.eventLoopUtilization(before).active;
    };
    const thread = createInspectionThread();
    await busy(thread);
    const [here, there] = [await busy(inspectNar), await busy(thread)];
    console.log(`event loop busy: ${Math.round(here)} ms without the thread, ${Math.round(there)} ms with it`);
    expect(there).toBeLessThan(here / 2);
  });
});
