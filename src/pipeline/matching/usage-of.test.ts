import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Instance } from '../catalog/index.ts';
import { carriedOf } from './carried.ts';
import { matchPackage } from './match-package.ts';
import type { Scope } from './scope-of.ts';
import { advisory, affected, cpe, dictionary, instance, record } from './testing.ts';
import { type References, usagesOf } from './usage-of.ts';

const out = (letter: string) => `/nix/store/${letter.repeat(32)}-${letter}`;
const hash = (letter: string) => letter.repeat(32);
const inputs = (build: readonly string[], run: readonly string[]) => ({ inputs: { build, run } });

function scopesOf(
  instances: readonly Instance[],
  references?: References,
): Readonly<Record<string, Scope | undefined>> {
  const { byAttr } = carriedOf(instances, dictionary(), references);
  return Object.fromEntries([...byAttr].map(([attr, { variants }]) => [attr, variants[0]?.scope]));
}

const app = (more: Partial<Instance>) => instance({ pname: 'app', version: '1', ...more });
const built = (more: Partial<Instance>) => app({ outputs: { out: out('a') }, ...more });
const lib = (more: Partial<Instance> = {}) =>
  instance({ pname: 'lib', version: '1', outputs: { out: out('b') }, ...more });

describe('what others do with a package', () => {
  test.each<[string, Instance, Instance, References | undefined, Scope]>([
    ['nobody takes it in', lib(), app({}), undefined, 'runtime'],
    ['others only build with it, and are not built yet', lib(), app(inputs(['lib'], [])), undefined, 'runtime'],
    ['others only build with it', lib(), built(inputs(['lib'], [])), new Map([[hash('a'), []]]), 'built-with'],
    ['it is linked', lib(), built(inputs(['lib'], ['lib'])), new Map([[hash('a'), []]]), 'runtime'],
    [
      'it is a program of its own',
      lib({ mainProgram: 'lib' }),
      built(inputs(['lib'], [])),
      new Map([[hash('a'), []]]),
      'runtime',
    ],
    [
      'what was built refers to it',
      lib(),
      built(inputs(['lib'], [])),
      new Map([[hash('a'), [hash('a'), hash('b')]]]),
      'runtime',
    ],
    [
      'only what is for developers refers to it',
      lib(),
      built({ ...inputs(['lib'], []), outputs: { out: out('a'), dev: out('c') } }),
      new Map([
        [hash('a'), []],
        [hash('c'), [hash('b')]],
      ]),
      'built-with',
    ],
  ])('%s', (_, one, other, references, scope) => {
    expect(scopesOf([one, other], references).lib).toBe(scope);
  });

  test('goes before what its name says of being for building, and not before what it holds', () => {
    const run = (attr: string) => app(inputs([], [attr]));
    const hook = instance({ pname: 'wrap-hook', version: '1', attr: 'wrapHook' });
    expect([scopesOf([hook]).wrapHook, scopesOf([hook, run('wrapHook')]).wrapHook]).toEqual(['build', 'runtime']);
    const headers = instance({ pname: 'linux-headers', version: '6.12' });
    expect(scopesOf([headers, run('linux-headers')])['linux-headers']).toBe('headers');
  });

  test('never takes a match from people, and is said', () => {
    const about = advisory([record('nvd', [affected(cpe('acme:lib'), ['<2'])])]);
    const declared = lib({ cpe: [{ part: 'a', vendor: 'acme', product: 'lib', version: '1', update: null }] });
    const found = (other: Instance) => {
      const carried = carriedOf([declared, other], dictionary(), new Map([[hash('a'), []]])).byAttr.get('lib');
      if (carried === undefined) throw new Error('no lib');
      return matchPackage({ channel: 'rolling', carried, advisory: about, data: dictionary() });
    };
    expect(found(built(inputs([], ['lib'])))).toMatchObject({ route: 'automatic', match: { status: 'affected' } });
    const asked = found(built(inputs(['lib'], [])));
    expect(asked).toMatchObject({ route: 'queue', match: { status: 'under_investigation' } });
    expect(asked?.match.explanation).toContain('× 0.6: nothing that was built with it refers to it');
  });

  test('every edge is told once, and none to oneself', () => {
    const attr: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd');
    const edges = fc.record({ build: fc.array(attr), run: fc.array(attr), refs: fc.array(attr) });
    fc.assert(
      fc.property(fc.dictionary(attr, edges, { noNullPrototype: true }), (given) => {
        const instances = Object.entries(given).map(([name, { build, run }]) => ({
          attr: name,
          inputs: { build, run },
          outputs: { out: out(name) },
        }));
        const references = new Map(Object.entries(given).map(([name, { refs }]) => [hash(name), refs.map(hash)]));
        const usages = usagesOf(instances, references);
        for (const [name, { build, run, refs }] of Object.entries(given))
          for (const used of ['a', 'b', 'c', 'd']) {
            const { building = [], running = [], keeping = [] } = usages.get(used) ?? {};
            expect(building.filter((user) => user === name)).toHaveLength(build.includes(used) ? 1 : 0);
            expect(running.filter((user) => user === name)).toHaveLength(run.includes(used) ? 1 : 0);
            const isKept = refs.includes(used) && used !== name && used in given;
            expect(keeping.filter((user) => user === name)).toHaveLength(isKept ? 1 : 0);
          }
      }),
    );
  });
});

const closure = '../shared/data/packages/closure-curl-2026-06-26.json.gz';
const isHere = existsSync(closure);
if (!isHere) console.info(`not held against the build closure of a real curl: ${closure} is not here`);

test.runIf(isHere)('in the real build closure of curl', () => {
  const derivations = JSON.parse(gunzipSync(readFileSync(closure)).toString()) as Readonly<
    Record<
      string,
      {
        readonly env: Readonly<Record<string, string>>;
        readonly outputs: Readonly<Record<string, { readonly path: string }>>;
      }
    >
  >;
  const owner = new Map(
    Object.entries(derivations).flatMap(([drv, { outputs }]) => Object.values(outputs).map(({ path }) => [path, drv])),
  );
  // Nothing is told of what was built: all of it counts as built, and as keeping nothing.
  const references = new Map([...owner.keys()].map((path) => [path.slice('/nix/store/'.length).slice(0, 32), []]));
  const instances = Object.entries(derivations).map(([drv, { env, outputs }]) => {
    const named = (...names: readonly string[]) =>
      names.flatMap((name) => (env[name] ?? '').split(' ')).flatMap((path) => owner.get(path) ?? []);
    return instance({
      attr: drv,
      pname: env.pname ?? env.name ?? '',
      version: env.version ?? '',
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, { path }]) => [name, path])),
      inputs: {
        build: named('nativeBuildInputs', 'propagatedNativeBuildInputs', 'depsBuildBuild'),
        run: named('buildInputs', 'propagatedBuildInputs'),
      },
    });
  });
  const { byAttr } = carriedOf(instances, dictionary(), references);
  const scopesFor = (name: string) => [
    ...new Set(
      [...byAttr.values()]
        .flatMap(({ variants }) => variants)
        .flatMap(({ pname, scope, usage }) => (pname === name && usage !== null ? [scope] : [])),
    ),
  ];
  for (const linked of ['openssl', 'zlib', 'nghttp2', 'libssh2', 'brotli', 'sqlite'])
    expect(scopesFor(linked), linked).toEqual(['runtime']);
  for (const tool of ['pkg-config-wrapper', 'cmake-minimal', 'texinfo', 'bison', 'ed'])
    expect(scopesFor(tool), tool).toEqual(['built-with']);
});
