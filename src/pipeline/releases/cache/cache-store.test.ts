import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { encodeBase32 } from '../../../formats/nix/base32.ts';
import { narOf } from '../../../formats/nix/nar.ts';
import type { NarInfo } from '../../../formats/nix/narinfo.ts';
import type { StorePath } from '../../../formats/nix/store-path.ts';
import { type JournalTables, latestEvents } from '../../../journal/index.ts';
import { createMemoryBlobs } from '../../../platform/blobs/memory.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import { acceptPath } from './accept-path.ts';
import { collectGarbage } from './collect-garbage.ts';
import { coverageOf, createCoverageStore, isEnough } from './coverage.ts';
import { inspectNar } from './inspect-nar.ts';
import { type CacheId, commonCache } from './model.ts';
import { createPins } from './pins.ts';
import { listingKey, receiveNar } from './receive-nar.ts';
import { receiveSideFile } from './receive-side-file.ts';
import { createCacheStore } from './store.ts';
import type { CacheTables, CoverageTables } from './tables.ts';

type Tables = CacheTables & CoverageTables & JournalTables;
const engines = await databasesForTests();
const day = 86_400_000;
const pathOf = (index: number): StorePath => ({ hash: String(index).padStart(32, '0'), name: `p-${index}` });

describe.each(engines)('the cache on $name', (engine) => {
  const world = async () => {
    const db = await engine.open<Tables>();
    const blobs = createMemoryBlobs();
    const store = createCacheStore(db);
    const bounds = { narBytes: 1e6, fileBytes: 1e6 };
    const archives = { blobs, inspect: inspectNar, bounds };
    let now = 100 * day;
    const clock = { now: () => now };
    const add = async (index: number, references: readonly number[] = [], cache: CacheId = commonCache) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of narOf([{ path: 'f', kind: 'regular', content: Buffer.from(`${cache} ${index}`) }]))
        chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      const hash = encodeBase32(createHash('sha256').update(bytes).digest());
      const file = `${hash}.nar`;
      const nar = await receiveNar({
        ...archives,
        store,
        clock,
        random: (size) => new Uint8Array(randomBytes(size)),
        cache,
        file,
        body: Readable.from([bytes]),
      });
      const narInfo: NarInfo = {
        storePath: pathOf(index),
        url: `nar/${file}`,
        compression: 'none',
        fileHash: null,
        fileSize: null,
        narHash: `sha256:${hash}`,
        narSize: bytes.length,
        references: references.map(pathOf),
        deriver: null,
        signatures: [],
        contentAddress: null,
        more: [],
      };
      expect(await acceptPath({ store, archives, keys: [], cache, narInfo, at: now, actor: 'ci' })).toEqual({
        kind: 'added',
      });
      return nar;
    };
    const collect = (needed: readonly number[], dryRun = false) =>
      collectGarbage({
        db,
        blobs,
        needed: new Set(needed.map((index) => pathOf(index).hash)),
        keepUploadsMs: 30 * day,
        now,
        actor: 'robot',
        dryRun,
      });
    const offered = async (cache: CacheId = commonCache) =>
      (await store.list(cache, { after: null, limit: 100 })).map(({ narInfo }) => narInfo.storePath.name);
    const wait = (days: number) => {
      now += days * day;
    };
    return { db, blobs, archives, store, clock, add, collect, offered, wait };
  };

  test('what a release needs stays, with all it refers to; the rest is withdrawn, and its bytes go 30 days later', async () => {
    const { add, collect, offered, wait, blobs, store, db } = await world();
    const dep = await add(1);
    await add(2, [1]);
    const orphan = await add(3, [1]);
    expect(await collect([])).toMatchObject({ withdrawn: 0 });
    wait(31);
    expect(await collect([2], true)).toMatchObject({ paths: 3, withdrawn: 1 });
    expect(await offered()).toEqual(['p-1', 'p-2', 'p-3']);
    expect(await collect([2])).toMatchObject({ withdrawn: 1, forgotten: 0, blobs: 0 });
    expect(await offered()).toEqual(['p-1', 'p-2']);
    // Whoever was told of it can still fetch it.
    expect(await blobs.size(orphan.blob)).not.toBeNull();
    wait(29);
    expect(await collect([2])).toMatchObject({ forgotten: 0, blobs: 0 });
    wait(1);
    expect(await collect([2])).toMatchObject({ forgotten: 1, blobs: 1, freedBytes: orphan.fileSize });
    expect([await blobs.size(orphan.blob), await blobs.size(listingKey(orphan.blob))]).toEqual([null, null]);
    expect(await store.nar([commonCache], orphan.file)).toBeNull();
    expect(await blobs.size(dep.blob)).not.toBeNull();
    expect((await latestEvents(db, { limit: 1 }))[0]).toMatchObject({ kind: 'cache.collected', actor: 'robot' });
  });

  test('what a path refers to is told as long as the path is offered', async () => {
    const { add, collect, wait, store } = await world();
    await add(1);
    await add(2, [1]);
    await add(3, [1, 2]);
    const hashes = [1, 2, 3, 9].map((index) => pathOf(index).hash);
    const [one = '', two = '', three = ''] = hashes;
    const references = (caches: readonly CacheId[]) =>
      store.references(caches, hashes).then((found) => [...found].sort());
    expect(await references([commonCache])).toEqual([
      [one, []],
      [two, [one]],
      [three, [one, two]],
    ]);
    expect(await references(['of/acme/secure'])).toEqual([]);
    wait(31);
    await collect([2]);
    expect(await references([commonCache])).toHaveLength(2);
  });

  test('what is needed again comes back whole', async () => {
    const { add, collect, offered, wait } = await world();
    await add(1);
    await add(2, [1]);
    wait(31);
    await collect([]);
    expect(await offered()).toEqual([]);
    wait(10);
    expect(await collect([2])).toMatchObject({ restored: 2 });
    expect(await offered()).toEqual(['p-1', 'p-2']);
  });

  test('a pin keeps; caches are told apart', async () => {
    const { add, collect, offered, wait, db } = await world();
    const own = 'of/acme/secure';
    for (const cache of [commonCache, own] as const) {
      await add(1, [], cache);
      await add(2, [1], cache);
    }
    const pins = createPins(db);
    await pins.pin({ cache: own, path: pathOf(2), reason: 'rescue', at: 1, actor: 'ada' });
    wait(31);
    await collect([]);
    expect([await offered(), await offered(own)]).toEqual([[], ['p-1', 'p-2']]);
    expect(await pins.unpin({ cache: own, path: pathOf(2), at: 2, actor: 'ada' })).toBe(true);
    await collect([]);
    expect(await offered(own)).toEqual([]);
  });

  test('an upload that never ended, and an archive nobody spoke of, go the next day', async () => {
    const { store, blobs, collect, wait, clock } = await world();
    await store.beginUpload({ blob: 'cache/common/nar/half', cache: commonCache, at: clock.now() });
    await blobs.put('cache/common/nar/half', Buffer.from('half'));
    expect(await collect([])).toMatchObject({ blobs: 0 });
    wait(2);
    expect(await collect([])).toMatchObject({ blobs: 1 });
    expect(await blobs.size('cache/common/nar/half')).toBeNull();
    const given = { store, blobs, clock, random: (size: number) => new Uint8Array(randomBytes(size)) };
    const side = { ...given, cache: commonCache, kind: 'log', name: 'x.drv' } as const;
    for (const text of ['one', 'two']) await receiveSideFile({ ...side, content: Buffer.from(text) });
    expect((await store.sideFile([commonCache], 'log', 'x.drv'))?.sizeBytes).toBe(3);
  });

  test('a path is offered only when its archive and all it refers to are there', async () => {
    const { add, archives, store, wait, collect } = await world();
    await add(1);
    const given = { store, archives, keys: [], cache: commonCache, at: 1, actor: 'ci' };
    const path = await store.path([commonCache], pathOf(1).hash);
    if (path === null) throw new Error('not there');
    const narInfo = { ...path.narInfo, storePath: pathOf(2) };
    expect(await acceptPath({ ...given, narInfo: { ...narInfo, references: [pathOf(9)] } })).toMatchObject({
      kind: 'refused',
    });
    const misnamed = { ...pathOf(1), name: 'other' };
    expect(await acceptPath({ ...given, narInfo: { ...narInfo, references: [misnamed] } })).toMatchObject({
      kind: 'refused',
    });
    wait(31);
    await collect([]);
    expect(await acceptPath({ ...given, narInfo: { ...narInfo, references: [pathOf(1)] } })).toMatchObject({
      kind: 'refused',
    });
    expect(await acceptPath({ ...given, narInfo: { ...narInfo, references: [pathOf(2)] } })).toEqual({ kind: 'added' });
  });

  test('coverage counts output paths by system, each once, over the caches of a release', async () => {
    const { add, store, db } = await world();
    await add(1);
    await add(2, [], 'of/acme/secure');
    const output = (index: number) => `/nix/store/${pathOf(index).hash}-${pathOf(index).name}`;
    const instances = [
      { attr: 'a', system: 'x86_64-linux', outputs: { out: output(1), dev: output(3) } },
      { attr: 'b', system: 'x86_64-linux', outputs: { out: output(1) } },
      { attr: 'a', system: 'aarch64-linux', outputs: { out: output(2) } },
    ];
    const systems = await coverageOf({ store, caches: ['of/acme/secure', commonCache], instances });
    expect(systems).toEqual([
      { system: 'aarch64-linux', wanted: 1, present: 1, missing: [] },
      { system: 'x86_64-linux', wanted: 2, present: 1, missing: ['a'] },
    ]);
    expect(systems.map((one) => isEnough(one, 0.6))).toEqual([true, false]);
    expect(isEnough({ wanted: 0, present: 0 }, 1)).toBe(true);
    const coverage = createCoverageStore(db);
    const exception = { reason: 'the builder burns', by: 'ada', approvedBy: 'ben' };
    const recorded = systems.map(({ missing: _, ...one }) => ({ ...one, minimumPerMille: 600, exception }));
    await coverage.record({ uuid: 'u', systems: recorded, at: 5 });
    expect(await coverage.recorded('u')).toEqual(recorded);
    expect((await latestEvents(db, { limit: 1 }))[0]).toMatchObject({ kind: 'release.coverage-waived', actor: 'ben' });
  });
});
