import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { Kysely } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { JournalTables } from '../../../journal/index.ts';
import { migrate, migrations } from '../../../migrations/index.ts';
import { createMemoryBlobs } from '../../../platform/blobs/memory.ts';
import { openPostgres } from '../../../platform/database/postgres.ts';
import { openSqlite } from '../../../platform/database/sqlite.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import {
  createFlakeWriter,
  createRegistryStore,
  createReleaseStore,
  createUploads,
  type ReleasesTables,
} from '../index.ts';
import { tarEnd, tarHeader, tarPadding } from '../tar.ts';

type Tables = ReleasesTables & JournalTables;

const content = Buffer.from('{ outputs = _: { }; }\n');
const tarball = gzipSync(
  Buffer.concat([
    tarHeader({ kind: 'regular', path: 's/flake.nix', sizeBytes: content.length }, 7),
    content,
    tarPadding(content.length),
    tarEnd,
  ]),
);
const place = { organisation: 'Acme', flake: 'tool' };
const announced = {
  ...place,
  version: '1.0.0',
  commitId: 'a'.repeat(40),
  commitCount: 1,
  sizeBytes: tarball.length,
  sha256: createHash('sha256').update(tarball).digest('hex'),
  visibility: 'private',
  description: 'A tool',
  labels: ['B', 'a'],
  readme: '# Tool',
  outputs: { inventory: {} },
  repository: null,
  subdirectory: null,
  spdxIdentifier: null,
  mirrored: true,
} as const;

const engines = await databasesForTests();

describe.each(engines)('on $name', (engine) => {
  test('an upload becomes a release that another process sees at once, and what is said of its flake too', async () => {
    const db = await engine.open<Tables>();
    const random = (size: number) => new Uint8Array(randomBytes(size));
    const uploads = createUploads({ db, blobs: createMemoryBlobs(), clock: { now: () => 1_000 }, random, kept: [] });
    const elsewhere = createRegistryStore(db);
    expect((await elsewhere.current()).flakes).toEqual([]);
    const begun = await uploads.begin(announced, 'ci');
    if (begun.kind !== 'begun') throw new Error(begun.kind);
    expect((await uploads.receive(begun.uuid, begun.secret, Readable.from([tarball]))).kind).toBe('stored');
    expect((await elsewhere.current()).flakes).toEqual([]);
    expect((await uploads.finish(begun.uuid, 'ci')).kind).toBe('published');
    const flake = (await elsewhere.current()).flake('ACME', 'TOOL');
    expect(flake).toMatchObject({ ...place, visibility: 'private', labels: ['a', 'b'], live: 1 });
    expect(flake?.releases[0]).toMatchObject({ release: { lastModified: 7, channel: '' }, note: { mirrored: true } });
    expect(await elsewhere.textOf(begun.uuid)).toEqual({ readme: '# Tool', outputs: { inventory: {} } });

    const by = { name: 'ada', roles: ['release_manager'] } as const;
    const flakes = createFlakeWriter(db);
    await flakes.describe({ ...place, say: { visibility: 'public' }, by, at: 2 });
    await flakes.withdraw({ uuid: begun.uuid, yanked: true, reason: 'broken', by, at: 3 });
    expect((await elsewhere.current()).flake('acme', 'tool')).toMatchObject({ visibility: 'public', newest: null });
    // What everybody is shown holds channels only.
    expect(await createReleaseStore(db).releases({ limit: 10 })).toEqual([]);
  });

  test('releases from before keep their version, and two of one version are refused by the table itself', async () => {
    const place = await engine.place();
    const db = await (place.startsWith('postgres:')
      ? openPostgres<Tables>({ url: place })
      : openSqlite<Tables>({ file: place }));
    const step = migrations.findIndex(({ name }) => name === '0015-registry');
    await migrate(db, migrations.slice(0, step), 0);
    const old = {
      ...{
        uuid: 'u',
        organisation: 'Acme',
        flake: 'secure',
        organisation_key: 'acme',
        flake_key: 'secure',
        channel: 'rolling',
      },
      ...{ version: '0.1.7+rev-a', commit_id: 'a', tree_id: 't', commit_count: 7, last_modified: 1, nar_hash: 'n' },
      ...{ size_bytes: 1, sha256: 's', published_at: 1, yanked_at: null, yanked_reason: null },
    };
    const insert = (values: object) =>
      db.write((trx) =>
        (trx as unknown as Kysely<Record<string, object>>).insertInto('release').values(values).execute(),
      );
    await insert(old);
    await migrate(db, migrations, 0);
    const store = createReleaseStore(db);
    expect(await store.releaseByVersion('acme', 'secure', '0.1.7')).toMatchObject({ uuid: 'u', commitCount: 7 });
    expect(await store.releases({ limit: 10 })).toHaveLength(1);
    await expect(insert({ ...old, uuid: 'v', version_key: '0.1.7' })).rejects.toThrow();
    await db.close();
  });
});
