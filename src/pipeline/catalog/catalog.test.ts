import { beforeEach, describe, expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import {
  type CatalogStore,
  type CatalogTables,
  createCatalogStore,
  type Evaluated,
  inventoryLines,
  parseAttrPath,
  readInventory,
} from './index.ts';

test.each([
  ['xz', ['xz']],
  ['python3Packages.requests', ['python3Packages', 'requests']],
  ['perlPackages."Foo.Bar"', ['perlPackages', 'Foo.Bar']],
  ['libsForQt5."a\\"b"', ['libsForQt5', 'a"b']],
  ["haskellPackages.foo'", ['haskellPackages', "foo'"]],
  ['', null],
  ['a..b', null],
  ['a.', null],
  ['$x', null],
  ['"$x"', null],
  ['a b', null],
  [Array(11).fill('a').join('.'), null],
])('attribute path %j', (attr, names) => {
  expect(parseAttrPath(attr)).toEqual(names);
});

async function read(lines: readonly string[]): Promise<readonly Evaluated[]> {
  async function* given() {
    yield* lines;
  }
  const all: Evaluated[] = [];
  for await (const item of readInventory(given(), { system: 'x86_64-linux' })) all.push(item);
  return all;
}

const xz = {
  attr: 'xz',
  system: 'x86_64-linux',
  name: 'xz-5.8.2',
  pname: 'xz',
  version: '5.8.2',
  drvPath: '/nix/store/0aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-xz-5.8.2.drv',
  outputs: { out: '/nix/store/1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-xz-5.8.2' },
  src: { urls: ['https://example.org/xz-5.8.2.tar.xz'], outputHash: 'sha256-A', name: 'xz-5.8.2.tar.xz' },
  patches: [
    { kind: 'file', name: '0ccccccccccccccccccccccccccccccc-CVE-2024-1.patch', path: 'pkgs/xz/CVE-2024-1.patch' },
  ],
  meta: {
    description: 'Compressor',
    license: [{ spdxId: '0BSD' }, { shortName: 'gpl2Plus' }, 'free text', 7],
    maintainers: [{ github: 'ada' }, { name: 'Bob' }],
    homepage: ['https://tukaani.org/xz/', 'https://example.org'],
    knownVulnerabilities: [],
    identifiers: {
      cpeParts: { part: 'a', vendor: 'tukaani', product: 'xz', version: '5.8.2', update: '*' },
      possibleCPEs: [{ cpeParts: { part: 'a', vendor: 'tukaani', product: 'xz', version: '5.8.2', update: '*' } }],
      purl: 'pkg:github/tukaani-project/xz@v5.8.2',
    },
  },
};

describe('readInventory', () => {
  test('a full line', async () => {
    const [item] = await read([JSON.stringify(xz)]);
    expect(item).toMatchObject({
      kind: 'instance',
      instance: {
        attr: 'xz',
        version: '5.8.2',
        outputs: { out: '/nix/store/1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-xz-5.8.2' },
        sources: [{ urls: ['https://example.org/xz-5.8.2.tar.xz'], hash: 'sha256-A' }],
        patches: [{ name: 'CVE-2024-1.patch', path: 'pkgs/xz/CVE-2024-1.patch' }],
        cpe: [{ part: 'a', vendor: 'tukaani', product: 'xz', version: '5.8.2', update: null }],
        purls: ['pkg:github/tukaani-project/xz@v5.8.2'],
        licences: ['0BSD', 'gpl2Plus', 'free text'],
        maintainers: ['ada', 'Bob'],
        homepage: 'https://tukaani.org/xz/',
      },
    });
  });

  test('what is missing or of a wrong type is taken as absent', async () => {
    const [item] = await read([
      '{"attr":"a.tool","name":"tool-1.2-beta","meta":{"license":{"fullName":"X"},"maintainers":5},"patches":"no","src":7}',
    ]);
    expect(item).toMatchObject({
      kind: 'instance',
      instance: {
        system: 'x86_64-linux',
        pname: 'tool',
        version: '1.2-beta',
        drvPath: null,
        sources: [],
        licences: ['X'],
      },
    });
  });

  test.each([
    ['{"attr":"a","kind":"throws"}', 'a', 'throws'],
    ['{"attr":"a","kind":"abort","message":"no"}', 'a', 'aborts'],
    ['{"attr":"a","error":"evaluation failed"}', 'a', 'throws'],
    ['{"attr":', 'line 1', 'throws'],
    ['[]', 'line 1', 'throws'],
    ['{"name":"x-1"}', 'line 1', 'throws'],
    [`{"attr":"a","name":"${'x'.repeat(9_000_000)}"}`, 'line 1', 'throws'],
  ])('the failure %.40s', async (line, attr, how) => {
    const items = await read([line, '', JSON.stringify(xz)]);
    expect(items[0]).toMatchObject({ kind: 'failed', attr, how, system: 'x86_64-linux' });
    expect(items[1]).toMatchObject({ kind: 'instance', instance: { attr: 'xz' } });
  });

  test('a guess without a vendor comes last', async () => {
    const identifiers = {
      cpeParts: { part: 'a', product: 'gcc' },
      possibleCPEs: [{ cpeParts: { part: 'a', vendor: 'gnu', product: 'gcc', version: '14.3.0' } }],
    };
    const [item] = await read([JSON.stringify({ attr: 'gcc', name: 'gcc-14.3.0', meta: { identifiers } })]);
    expect(item?.kind === 'instance' && item.instance.cpe.map((parts) => parts.vendor)).toEqual(['gnu', null]);
  });
});

test('bytes become lines, however they are cut; an endless line stays small', async () => {
  async function* bytes() {
    yield Buffer.from('one\ntw');
    yield Buffer.from('o\n');
    for (let piece = 0; piece < 20; piece++) yield Buffer.alloc(1_000_000, 'x');
    yield Buffer.from('\nlast');
  }
  const lines: string[] = [];
  for await (const line of inventoryLines(bytes())) lines.push(line);
  expect(lines.map((line) => line.slice(0, 5))).toEqual(['one', 'two', 'xxxxx', 'last']);
  expect(lines[2]?.length).toBe(8 * 1024 * 1024 + 1);
});

describe('the store', () => {
  let db: Database<CatalogTables & JournalTables>;
  let store: CatalogStore;
  beforeEach(async () => {
    db = await openTestDatabase<CatalogTables & JournalTables>();
    store = createCatalogStore(db);
  });
  const given = { channel: 'rolling', commitId: 'c1', at: 5, origin: 'nix' } as const;
  const events = async () => (await eventsAfter(db, 0, 100)).map((event) => event.kind);
  const rows = async (table: 'catalog_instance' | 'catalog_derivation' | 'catalog_member') =>
    (await db.read.selectFrom(table).selectAll().execute()).length;

  test('gives back what it was given, by attribute and system', async () => {
    const results = await read([
      JSON.stringify({ ...xz, system: 'x86_64-linux' }),
      JSON.stringify({ ...xz, system: 'aarch64-linux', version: '5.8.1' }),
      '{"attr":"bad","kind":"throws","message":"broken"}',
      JSON.stringify({ ...xz, attr: 'a', system: 'x86_64-linux' }),
      JSON.stringify({ ...xz, version: 'second of the same' }),
    ]);
    const evaluation = await store.recordEvaluation({ ...given, results });
    expect(evaluation).toMatchObject({ channel: 'rolling', commitId: 'c1', origin: 'nix', instances: 3, failures: 1 });
    const found = await store.instancesOf(evaluation.id);
    expect(found.map(({ attr, system, version }) => [attr, system, version])).toEqual([
      ['a', 'x86_64-linux', '5.8.2'],
      ['xz', 'aarch64-linux', '5.8.1'],
      ['xz', 'x86_64-linux', '5.8.2'],
    ]);
    expect([{ kind: 'instance', instance: found[2] }]).toEqual(results.slice(0, 1));
    expect(await store.failuresOf(evaluation.id)).toEqual([
      { attr: 'bad', system: 'x86_64-linux', how: 'throws', message: 'broken' },
    ]);
    expect(await store.packagesOf(evaluation.id)).toMatchObject([
      { attr: 'a' },
      { attr: 'xz', versions: ['5.8.1', '5.8.2'], systems: ['aarch64-linux', 'x86_64-linux'] },
    ]);
    expect(await store.packageByAttr(evaluation.id, 'xz')).toHaveLength(2);
    expect(await store.packageByAttr(evaluation.id, 'none')).toEqual([]);
    const namesakes = await store.namesakesOf(evaluation.id, ['a']);
    expect(namesakes.map(({ attr, system }) => [attr, system])).toEqual(
      found.map(({ attr, system }) => [attr, system]),
    );
    expect(await store.namesakesOf(evaluation.id, ['none'])).toEqual([]);
    expect(await store.latestEvaluation('rolling')).toEqual(evaluation);
    expect(await store.evaluationOf('rolling', 'c2')).toBeNull();
    expect(await store.evaluationById('x')).toBeNull();
  });

  test('inputs are kept as the attributes that have them; what is not carried is left out', async () => {
    const lines = [
      { ...xz, attr: 'zlib', drvPath: '/nix/store/zlib.drv' },
      { ...xz, attr: 'app', drvPath: '/nix/store/app.drv', meta: { mainProgram: 'app' } },
      { ...xz, attr: 'appAgain', drvPath: '/nix/store/app.drv' },
    ];
    const inputs = { build: ['/nix/store/app.drv', '/nix/store/sh.drv'], run: ['/nix/store/zlib.drv', 7] };
    const all = lines.map((line) => JSON.stringify(line.attr === 'zlib' ? line : { ...line, inputs }));
    const { id } = await store.recordEvaluation({ ...given, results: await read(all) });
    const stored = await store.instancesOf(id);
    expect(stored.map((one) => [one.attr, one.inputs, one.mainProgram])).toEqual([
      ['app', { build: ['appAgain'], run: ['zlib'] }, 'app'],
      ['appAgain', { build: ['app'], run: ['zlib'] }, undefined],
      ['zlib', undefined, undefined],
    ]);
    const letIn = {
      ...given,
      channel: 'let-in',
      results: stored.map((instance) => ({ kind: 'instance', instance }) as const),
    };
    expect(await store.instancesOf((await store.recordEvaluation(letIn)).id)).toEqual(stored);
  });

  test('the same again is the same; what did not change costs one small row', async () => {
    const many = Array.from({ length: 450 }, (_, index) => JSON.stringify({ ...xz, attr: `p${index}` }));
    const one = await store.recordEvaluation({ ...given, results: await read(many) });
    expect(await store.recordEvaluation({ ...given, at: 9, results: await read(many) })).toEqual(one);
    expect(await events()).toEqual(['catalog.evaluated']);
    const changed = [JSON.stringify({ ...xz, attr: 'p0', version: '5.8.3' }), ...many.slice(1)];
    await store.recordEvaluation({ ...given, commitId: 'c2', results: await read(changed) });
    expect([await rows('catalog_member'), await rows('catalog_instance'), await rows('catalog_derivation')]).toEqual([
      900, 451, 1,
    ]);
    const back = await store.recordEvaluation({ ...given, at: 10, results: await read(many) });
    expect(await store.latestEvaluation('rolling')).toEqual(back);
    expect(back.id).not.toBe(one.id);
  });

  test('the covered set is exactly what it was made', async () => {
    const row = (attr: string, owner = 'core') => ({ attr, category: 'library', owner, since: '2027-01-01' });
    const replace = (packages: readonly ReturnType<typeof row>[]) =>
      store.replaceCovered({ packages, at: 1, actor: 'ada' });
    expect(await replace([row('xz'), row('curl')])).toEqual({
      added: ['curl', 'xz'],
      removed: [],
      altered: [],
      kept: [],
    });
    expect(await replace([row('curl'), row('xz')])).toEqual({ added: [], removed: [], altered: [], kept: [] });
    expect(await replace([row('curl', 'web'), row('zlib')])).toEqual({
      added: ['zlib'],
      removed: ['xz'],
      altered: ['curl'],
      kept: [],
    });
    expect(await store.covered()).toEqual([row('curl', 'web'), row('zlib')]);
    expect(await events()).toEqual(['catalog.covered-changed', 'catalog.covered-changed']);
  });
});
