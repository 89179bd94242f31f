import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FlakeLock, inputResolver, parseFlakeLock } from './flake-lock.ts';
import { sampleTexts } from './testing.ts';

const lockText = (nodes: unknown, more: object = {}) => JSON.stringify({ version: 7, root: 'root', nodes, ...more });

function lockOf(nodes: Record<string, unknown>): FlakeLock {
  const parsed = parseFlakeLock(lockText(nodes));
  if (parsed.kind === 'malformed') throw new Error(parsed.reason);
  return parsed.lock;
}

describe('parseFlakeLock', () => {
  test('reads nodes, inputs, what is followed, and both references', () => {
    const github = { type: 'github', owner: 'NixOS', repo: 'nixpkgs' };
    const locked = { ...github, rev: '5edf11c44bc78a0d334f6334cdaf7d60d732daab', narHash: 'sha256-A', lastModified: 1 };
    const lock = lockOf({
      root: { inputs: { nixpkgs: 'nixpkgs_2', tools: 'tools' } },
      nixpkgs_2: { locked, original: github },
      tools: {
        flake: false,
        inputs: { nixpkgs: ['nixpkgs'], own: [] },
        locked: { type: 'path', path: './tools' },
        parent: [],
      },
    });
    expect(lock).toEqual({
      version: 7,
      root: 'root',
      nodes: [
        { name: 'root', inputs: { nixpkgs: 'nixpkgs_2', tools: 'tools' }, locked: null, original: null, isFlake: true },
        { name: 'nixpkgs_2', inputs: {}, locked, original: github, isFlake: true },
        {
          name: 'tools',
          inputs: { nixpkgs: ['nixpkgs'], own: [] },
          locked: { type: 'path', path: './tools' },
          original: null,
          isFlake: false,
        },
      ],
    });
  });

  test.each([5, 6, 7])('version %i of a lock without inputs', (version) =>
    expect(parseFlakeLock(lockText({ root: {} }, { version })).kind).toBe('lock'),
  );

  test.each([
    ['no text', '', /JSON/],
    ['half a text', '{"nodes":', /JSON/],
    ['another value', '[]', /^the lock: /],
    ['null', 'null', /^the lock: /],
    ['version 4', lockText({ root: {} }, { version: 4 }), /version 4 .* 5, 6 and 7/],
    ['version 8', lockText({ root: {} }, { version: 8 }), /version 8/],
    ['a version in words', lockText({ root: {} }, { version: '7' }), /^version: /],
    ['no root node', lockText({}), /root node/],
    ['a root that every object has', lockText({}, { root: 'constructor' }), /root node/],
    ['nodes as a list', lockText([]), /^nodes: /],
    ['a node that is none', lockText({ root: 5 }), /^nodes\.root: /],
    ['an input that is none', lockText({ root: { inputs: { a: 5 } } }), /^nodes\.root\.inputs\.a: /],
    ['a path of numbers', lockText({ root: { inputs: { a: [1] } } }), /^nodes\.root\.inputs\.a/],
    ['an address that is none', lockText({ root: {}, a: { locked: { url: {} } } }), /^nodes\.a\.locked\.url: /],
    [
      'an address without end',
      lockText({ root: {}, a: { locked: { url: 'x'.repeat(9000) } } }),
      /^nodes\.a\.locked\.url: /,
    ],
    ['nothing but brackets', '['.repeat(1_000_000), /JSON|lock/],
    ['closed brackets', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`, /JSON|lock/],
    ['too much text', ' '.repeat(4 * 1024 * 1024 + 1), /larger/],
    [
      'too many nodes',
      lockText(Object.fromEntries(Array.from({ length: 20_001 }, (_, index) => [index, {}])), { root: '1' }),
      /20000 nodes/,
    ],
  ])('%s is malformed, with a reason', (_name, text, reason) =>
    expect(parseFlakeLock(text)).toEqual({ kind: 'malformed', reason: expect.stringMatching(reason) }),
  );

  test('names that objects have of themselves stay names', () => {
    const lock = lockOf({
      root: { inputs: { toString: 'constructor', hasOwnProperty: ['toString'] } },
      constructor: { locked: { type: 'path' } },
    });
    expect(inputResolver(lock)(['hasOwnProperty'])?.name).toBe('constructor');
    expect(inputResolver(lock)(['valueOf'])).toBeNull();
    expect(parseFlakeLock('{"version":7,"root":"root","nodes":{"root":{"inputs":{"__proto__":["x"]}}}}').kind).toBe(
      'lock',
    );
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test('any JSON is a lock or malformed', () => {
    fc.assert(
      fc.property(fc.json(), fc.dictionary(fc.string(), fc.jsonValue()), (text, nodes) => {
        expect(['lock', 'malformed']).toContain(parseFlakeLock(text).kind);
        expect(['lock', 'malformed']).toContain(parseFlakeLock(lockText({ root: {}, ...nodes })).kind);
      }),
    );
  });
});

describe('where a path of inputs leads', () => {
  const find = inputResolver(
    lockOf({
      root: {
        inputs: {
          s: 's',
          t: 't',
          far: ['t', 'n'],
          gone: ['s', 'nothing'],
          a: ['b'],
          b: ['a'],
          me: ['me'],
          up: [],
          lost: 'absent',
        },
      },
      s: { inputs: { n: 'n', t: 't' } },
      t: { inputs: { n: ['s', 'n'], s: 's', root: [] } },
      n: {},
    }),
  );

  test.each([
    [[], 'root'],
    [['s'], 's'],
    [['s', 'n'], 'n'],
    [['t', 'n'], 'n'],
    [['far'], 'n'],
    [['t', 's', 't', 's', 'n'], 'n'],
    [['t', 'root', 's'], 's'],
    [['up'], 'root'],
    [['up', 'up', 'far'], 'n'],
    [['gone'], null],
    [['lost'], null],
    [['n'], null],
    [['s', 'n', 'x'], null],
    [['a'], null],
    [['me'], null],
    [['constructor'], null],
    [['s', '__proto__'], null],
  ])('%j', (path, expected) => expect(find(path)?.name ?? null).toBe(expected));

  test('paths that double at every step end', () => {
    const inputs: Record<string, unknown> = { x0: [] };
    for (let index = 1; index < 60; index++) inputs[`x${index}`] = [`x${index - 1}`, `x${index - 1}`];
    expect(inputResolver(lockOf({ root: { inputs } }))(['x59'])).toBeNull();
  });
});

const samples = sampleTexts('locks', 'flake.lock');
test.skipIf(samples === null)('every real lock is read, and every input of it leads somewhere', () => {
  expect(samples?.length).toBeGreaterThan(10);
  for (const [name, text] of samples ?? []) {
    const parsed = parseFlakeLock(text);
    if (parsed.kind === 'malformed') throw new Error(`${name}: ${parsed.reason}`);
    expect(parsed.lock.nodes).toHaveLength(Object.keys((JSON.parse(text) as { nodes: object }).nodes).length);
    const find = inputResolver(parsed.lock);
    const walk = (path: readonly string[]): void => {
      const node = find(path);
      expect([name, path, node === null]).toEqual([name, path, false]);
      if (path.length < 4) for (const input of Object.keys(node?.inputs ?? {})) walk([...path, input]);
    };
    walk([]);
    for (const node of parsed.lock.nodes)
      if (node.name !== parsed.lock.root) expect(node.locked?.narHash).toMatch(/^sha256-/);
  }
});
