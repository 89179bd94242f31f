import { beforeEach, describe, expect, test } from 'vitest';
import type { JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { databasesForTests } from '../../platform/database/testing.ts';
import { type ConsumersTables, createConsumerStore, maxClosureBytes } from './index.ts';
import { readClosure } from './read-closure.ts';

type Tables = ConsumersTables & JournalTables;

const store = (digit: string, name: string) => `/nix/store/${digit.repeat(32)}-${name}`;
const xz = store('a', 'xz-5.6.1');
const openssh = store('b', 'openssh-9.8p1');
const lock = JSON.stringify({ version: 7, root: 'root', nodes: { root: { inputs: {} } } });
const bill = (...components: readonly unknown[]) =>
  JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', components });

const engines = await databasesForTests();

describe.each(engines)('on $name', (engine) => {
  let db: Database<Tables>;
  let ids = 0;
  beforeEach(async () => {
    db = await engine.open<Tables>();
    ids = 0;
    const { registerLock } = createConsumerStore(db);
    await registerLock({ name: 'billing', text: lock, at: 1, id: 'c1', by: 'ada' });
    await registerLock({ name: 'web', text: lock, at: 1, id: 'c2' });
  });
  const upload = (text: string, at = 10, by: string | null = 'ada', name = 'billing') =>
    createConsumerStore(db).closures.upload({ name, text, at, id: `u${++ids}`, by });
  const events = async () =>
    (await db.read.selectFrom('journal_event').select(['kind', 'actor']).orderBy('sequence').execute())
      .filter(({ kind }) => kind.startsWith('consumer.closure'))
      .map(({ kind, actor }) => `${kind} by ${actor}`);
  const packages = async () =>
    (
      await db.read.selectFrom('consumer_package').select(['closure_id', 'name', 'version']).orderBy('name').execute()
    ).map(({ closure_id: id, name, version }) => `${id} ${name} ${version}`);

  test('a newer one replaces the older; the same again changes nothing; what was stays told', async () => {
    const { closures } = createConsumerStore(db);
    expect(await upload(`${xz}\n${openssh}`)).toMatchObject({ kind: 'kept', changed: true, closure: { packages: 2 } });
    expect(await upload(`${openssh}\n${xz}\n`, 20)).toMatchObject({ kind: 'kept', changed: false });
    expect(await closures.standing()).toMatchObject([{ id: 'u1', uploadedAt: 10, seenAt: 20, source: 'store paths' }]);
    expect(await upload(openssh, 30)).toMatchObject({ changed: true, closure: { packages: 1 } });
    expect(await packages()).toEqual(['u3 openssh 9.8p1']);
    expect(await closures.history({ name: 'billing', by: 'ada' })).toMatchObject([
      { id: 'u3', state: 'current', packages: 1, endedAt: null },
      { id: 'u1', state: 'replaced', packages: 2, uploadedAt: 10, endedAt: 30, uploadedBy: 'ada' },
    ]);
    expect(await events()).toEqual(['consumer.closure by ada', 'consumer.closure by ada']);
  });

  test('what cannot be read is set aside with the reason, and what was known stays', async () => {
    const { closures } = createConsumerStore(db);
    await upload(xz);
    expect(await upload('{"a":"\u0000"}', 20)).toMatchObject({ kind: 'refused', reason: /neither/ });
    expect(await upload('hello', 30)).toMatchObject({ kind: 'refused', reason: /"hello" is no store path/ });
    expect(await closures.history({ name: 'billing', by: null })).toMatchObject([
      { state: 'refused', uploadedAt: 30, refused: { reason: /store path/, raw: 'hello' } },
      { id: 'u1', state: 'current' },
    ]);
    expect(await packages()).toEqual(['u1 xz 5.6.1']);
    expect((await closures.standing()).map(({ state }) => state).sort()).toEqual(['current', 'refused']);
    await upload(xz, 40);
    expect(await closures.history({ name: 'billing', by: null })).toMatchObject([{ id: 'u1', state: 'current' }]);
    expect(await events()).toHaveLength(1);
  });

  test.each([
    ['nobody registered', 'ada', 'nothing'],
    ['an operator registered', 'ada', 'web'],
    ['somebody else registered', 'bob', 'billing'],
  ])('a lock that %s takes none', async (_name, by, name) => {
    const { closures } = createConsumerStore(db);
    expect(await upload(xz, 10, by, name)).toEqual({ kind: 'unknown' });
    expect(await closures.remove({ name, at: 1, by })).toBe(false);
    expect(await closures.history({ name, by })).toBeNull();
    expect([await packages(), await events()]).toEqual([[], []]);
  });

  test('it can be taken back, alone or with the consumer', async () => {
    const { closures, remove } = createConsumerStore(db);
    await upload(xz);
    expect(await closures.remove({ name: 'billing', at: 20, by: 'ada' })).toBe(true);
    expect(await closures.remove({ name: 'billing', at: 30, by: 'ada' })).toBe(false);
    expect([await closures.standing(), await packages()]).toEqual([[], []]);
    expect(await closures.history({ name: 'billing', by: 'ada' })).toMatchObject([{ state: 'removed', endedAt: 20 }]);
    expect(await events()).toEqual(['consumer.closure by ada', 'consumer.closure-removed by ada']);
    await upload(xz, 40);
    await remove({ name: 'billing', at: 50, by: 'ada' });
    expect(await packages()).toEqual([]);
    expect(await db.read.selectFrom('consumer_closure').selectAll().execute()).toEqual([]);
  });

  test('what is asked for by name is found, of these closures only', async () => {
    await upload(`${xz}\n${openssh}`);
    await upload(xz, 10, null, 'web');
    const { held } = createConsumerStore(db).closures;
    const found = await held(['u1', 'u2'], ['xz', 'curl']);
    expect(Object.fromEntries(found)).toEqual({
      u1: [{ name: 'xz', version: '5.6.1', storePaths: [xz], drvPath: null }],
      u2: [{ name: 'xz', version: '5.6.1', storePaths: [xz], drvPath: null }],
    });
    expect([...(await held(['u2'], ['openssh', 'xz'])).keys()]).toEqual(['u2']);
  });

  test('text that no database takes is stored as it can be', async () => {
    const odd = bill({ name: 'a\u0000b\ud800', version: '1\u0007', 'bom-ref': 'x' }, { name: 'X_z', version: '5.6.1' });
    expect(await upload(odd)).toMatchObject({ kind: 'kept' });
    expect(await packages()).toEqual(['u1 a-b\ufffd 1 ', 'u1 xz 5.6.1'.replace('xz', 'x-z')]);
  });
});

describe('what is no closure', () => {
  test.each([
    ['nothing', '', /no store path/],
    ['files only', store('a', 'setup-hook.sh'), /names no package/],
    ['an empty bill', bill(), /names no package/],
    ['a lock', lock, /neither/],
    ['JSON that never ends', '['.repeat(200_000), /no JSON/],
    // A list of what is wrong with each of these would not fit into memory.
    ['much that is none', `{${Array.from({ length: 400_000 }, (_, index) => `"k${index}":1`).join(',')}}`, /neither/],
    ['more than anybody has', `[${'1,'.repeat(500_001)}1]`, /more than 500000 values/],
    ['more lines than anybody has', `${xz}\n`.repeat(100_001), /more than 100000 lines/],
    [
      'outputs without end',
      `{"a.drv":{"outputs":{${'"o":{},'.repeat(2)}${Array.from({ length: 1_000 }, (_, index) => `"o${index}":{}`).join(',')}}}}`,
      /neither/,
    ],
    ['too large', ' '.repeat(maxClosureBytes + 1), /larger/],
    [
      'too many',
      bill(...Array.from({ length: 100_001 }, (_, index) => ({ name: `p${index}`, version: '1' }))),
      /more than 100000/,
    ],
  ])('%s', (_name, text, reason) =>
    expect(readClosure(text)).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) }),
  );

  test('the same packages in any form and order are the same', () => {
    const digestOf = (text: string) => {
      const read = readClosure(text);
      return read.kind === 'closure' ? read.digest : read.reason;
    };
    expect(digestOf(`${xz}\n${openssh}`)).toBe(digestOf(`# a closure\n${openssh}\n${xz}\n${xz}`));
    expect(digestOf(xz)).not.toBe(digestOf(openssh));
  });
});
