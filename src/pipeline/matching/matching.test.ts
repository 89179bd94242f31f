import { describe, expect, test } from 'vitest';
import { databasesForTests } from '../../platform/database/testing.ts';
import { createIdentityData } from './identity-data.ts';
import { advisory, affected, cpe, instance, record } from './testing.ts';
import { curl, openssl, worldOn } from './testing-world.ts';

describe.each(await databasesForTests())('rematch on $name', (engine) => {
  const world = () => worldOn(engine);

  test('writes what changed and nothing else', async () => {
    const { run, store, events } = await world();
    expect(await run()).toEqual({ changed: 2 });
    expect(await run()).toEqual({ changed: 0 });
    expect(await events()).toEqual([['matching.matched', 2]]);
    expect(
      (await store.matchesOf('rolling')).map(({ attr, advisoryId, status }) => [attr, advisoryId, status]),
    ).toEqual([
      ['curl', 'CVE-2026-2', 'affected'],
      ['openssl', 'CVE-2026-1', 'affected'],
    ]);
    expect(await store.lastRun('rolling')).toEqual({
      evaluationId: '1',
      algorithm: 6,
      newerAlgorithm: null,
      at: 1000,
      advisoryChange: null,
    });
  });

  test('one changed advisory: only its rows, and the packages are not read again', async () => {
    const { run, store, advisories, reads } = await world();
    await run();
    advisories[1] = { ...curl, state: 'withdrawn' };
    expect(await run({ kind: 'advisories', ids: ['CVE-2026-2'] })).toEqual({ changed: 1 });
    expect(reads()).toBe(1);
    expect(await store.matchesOfAdvisory('CVE-2026-2')).toEqual([]);
    expect((await store.changedAfter(2, 10)).map(({ attr, match, change }) => [attr, match, change])).toEqual([
      ['curl', null, 3],
    ]);
    advisories[1] = curl;
    expect(await run({ kind: 'advisories', ids: ['CVE-2026-2'] })).toEqual({ changed: 1 });
    expect(await store.matchesOfAdvisory('CVE-2026-2')).toHaveLength(1);
  });

  test('without a dictionary the records tell which vendors have a product of the name', async () => {
    const { run, store, advisories, evaluate } = await worldOn(engine, createIdentityData({}));
    const of = (id: string, vendor: string) =>
      advisory([record('nvd', [affected(cpe(`${vendor}:tool`), ['<2'])])], { id });
    const evidence = async () =>
      (await store.matchesOf('rolling')).flatMap(({ identity }) => identity.map(({ because }) => because));
    advisories.push(of('CVE-2026-3', 'tool'));
    evaluate([instance({ pname: 'tool', version: '1.0' })]);
    await run();
    expect(await evidence()).toEqual(['tool is the only vendor of tool']);
    advisories.push(of('CVE-2026-4', 'tool_project'));
    await run({ kind: 'advisories', ids: ['CVE-2026-4'] });
    expect(await evidence()).toEqual(['tool is the only vendor of tool', 'tool_project is one of 2 vendors of tool']);
    await run();
    expect(await evidence()).toEqual(['tool is one of 2 vendors of tool', 'tool_project is one of 2 vendors of tool']);
  });

  test('one changed package becomes fixed', async () => {
    const { run, store, evaluate } = await world();
    await run();
    evaluate([instance({ pname: 'openssl', version: '3.0.13' }), instance({ pname: 'curl', version: '8.17.0' })]);
    expect(await run({ kind: 'packages', attrs: ['openssl'] })).toEqual({ changed: 1 });
    const [match] = await store.matchesOfPackage('rolling', 'openssl');
    expect([match?.status, match?.fixedIn, match?.version]).toEqual(['fixed', '3.0.13', '3.0.13']);
  });

  test('a package that is no longer carried has no matches', async () => {
    const { run, store, evaluate } = await world();
    await run();
    evaluate([instance({ pname: 'curl', version: '8.17.0' })]);
    expect(await run()).toEqual({ changed: 1 });
    expect(await store.matchesOf('rolling')).toHaveLength(1);
  });

  test("the team's word is obeyed at once, and can be taken back", async () => {
    const { run, store } = await world();
    await run();
    const pair = { pname: 'curl', vendor: 'haxx', product: 'curl', reason: 'another curl', author: 'ada', at: 5 };
    await store.reviewMapping({ ...pair, verdict: 'is-not' });
    expect(await run({ kind: 'packages', attrs: ['curl'] })).toEqual({ changed: 1 });
    expect(await store.matchesOfPackage('rolling', 'curl')).toEqual([]);
    expect(await store.reviewMapping({ ...pair, verdict: null })).toBe(true);
    await run({ kind: 'packages', attrs: ['curl'] });
    expect(await store.matchesOfPackage('rolling', 'curl')).toHaveLength(1);
    expect(await store.reviewMapping({ ...pair, verdict: null })).toBe(false);
  });

  test('a pair has one verdict, however its names are written', async () => {
    const { store } = await world();
    const pair = { pname: 'apache-httpd', vendor: 'Apache', product: 'HTTP Server', reason: 'r', author: 'ada', at: 5 };
    await store.reviewMapping({ ...pair, verdict: 'is-not' });
    await store.reviewMapping({ ...pair, vendor: 'apache', product: 'http_server', verdict: 'is' });
    expect((await store.mappings()).map(({ verdict }) => verdict)).toEqual(['is']);
    expect(await store.reviewMapping({ ...pair, vendor: 'APACHE', verdict: null })).toBe(true);
    expect(await store.mappings()).toEqual([]);
  });

  test("the team's word on one attribute stands before that on all of the name", async () => {
    const { run, store, evaluate } = await world();
    const said = { vendor: 'haxx', product: 'curl', reason: 'a binding', author: 'ada', at: 5 };
    evaluate([
      instance({ pname: 'curl', version: '8.17.0' }),
      instance({ attr: 'luaPackages.curl', pname: 'curl', version: '8.17.0' }),
    ]);
    await store.reviewMapping({ ...said, pname: 'curl', verdict: 'is' });
    await run();
    expect((await store.matchesOf('rolling')).map(({ attr }) => attr)).toEqual(['curl', 'luaPackages.curl']);
    await store.reviewMapping({ ...said, pname: 'luaPackages.curl', verdict: 'is-not' });
    await run();
    expect((await store.matchesOf('rolling')).map(({ attr }) => attr)).toEqual(['curl']);
  });

  test('what is only kept for the search is not handed on', async () => {
    const { run, store, advisories } = await world();
    advisories[1] = { ...curl, records: [record('nvd', [affected(cpe('haxx:curl'), [''])])] };
    await run();
    expect(await store.matchesOf('rolling')).toHaveLength(1);
    expect(await store.matchesOfAdvisory('CVE-2026-2')).toHaveLength(1);
    expect((await store.changedAfter(0, 10)).map(({ attr, isRouted }) => [attr, isRouted])).toEqual([
      ['openssl', true],
      ['curl', false],
    ]);
  });

  test('what only another distribution fixed is found by the name of its package, on a list of its own until it is taken on', async () => {
    const { run, store, advisories } = await world();
    const fixed = { product: 'curl/sid', status: 'fixed', version: '99.1-1', justification: null, text: null } as const;
    advisories[1] = { ...curl, records: [record('debian', [], { statements: [fixed] })] };
    for (const scope of [undefined, { kind: 'advisories', ids: ['CVE-2026-2'] } as const]) {
      await run(scope);
      expect(await store.apart('rolling', 'unbounded')).toEqual([]);
      expect((await store.apart('rolling', 'elsewhere')).map(({ attr, fixedIn }) => [attr, fixedIn])).toEqual([
        ['curl', '99.1'],
      ]);
    }
    expect((await store.matchesOf('rolling')).map(({ attr }) => attr)).toEqual(['openssl']);
    await store.take({ advisoryId: 'CVE-2026-2', attrs: ['curl'], actor: 'ada', at: 2000 });
    await run();
    expect(await store.apart('rolling', null)).toEqual([]);
    expect((await store.matchesOf('rolling')).map(({ attr }) => attr)).toEqual(['curl', 'openssl']);
  });

  test('a record without an end is on a list of its own until a person takes it on', async () => {
    const { run, store, advisories, events } = await world();
    advisories[1] = { ...curl, records: [record('nvd', [affected(cpe('haxx:curl'), [''])])] };
    await run();
    expect((await store.apart('rolling', 'unbounded')).map(({ attr, status }) => [attr, status])).toEqual([
      ['curl', 'under_investigation'],
    ]);
    expect(await store.apart('other', null)).toEqual([]);
    const taking = { advisoryId: 'CVE-2026-2', attrs: ['curl'], actor: 'ada', at: 2000 };
    await store.take(taking);
    await store.take(taking);
    await run();
    expect(await store.apart('rolling', 'unbounded')).toEqual([]);
    expect((await store.matchesOf('rolling')).map(({ attr, status }) => [attr, status])).toEqual([
      ['curl', 'under_investigation'],
      ['openssl', 'affected'],
    ]);
    // Where it ends is known since: nobody has to ask any more.
    advisories[1] = { ...curl, records: [record('nvd', [affected(cpe('haxx:curl'), ['<8.0'])])] };
    await run();
    expect((await store.matchesOf('rolling')).find(({ attr }) => attr === 'curl')?.status).toBe('fixed');
    expect((await events()).map(([kind]) => kind)).toContain('matching.taken');
  });

  test('explains by any id of the vulnerability, match or not', async () => {
    const { matcher, request, advisories } = await world();
    advisories[0] = { ...openssl, aliases: ['GHSA-2222-3333-4444'] };
    const { scope: _, ...place } = request({ kind: 'all' });
    const [of] = await matcher().explain({ ...place, attr: 'openssl', id: 'GHSA-2222-3333-4444' });
    expect([of?.advisoryId, of?.assessment.status, of?.wouldChange[0]]).toEqual([
      'CVE-2026-1',
      'affected',
      'Version 3.0.13 or later.',
    ]);
    const [none] = await matcher().explain({ ...place, attr: 'curl', id: 'CVE-2026-1' });
    expect(none?.assessment.identity).toEqual([]);
    expect(await matcher().explain({ ...place, attr: 'curl', id: 'CVE-1999-1' })).toEqual([]);
  });
});
