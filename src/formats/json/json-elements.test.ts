import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonElement, jsonElements } from './json-elements.ts';

async function* chunksOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function elements(
  text: string,
  path: readonly string[],
  { size = 7, maxElementBytes = 1000 } = {},
): Promise<{ readonly found: readonly JsonElement[]; readonly failure: string | null }> {
  const found: JsonElement[] = [];
  try {
    for await (const element of jsonElements(chunksOf(text, size), { path, maxElementBytes })) found.push(element);
  } catch (error) {
    return { found, failure: (error as { readonly code: string }).code };
  }
  return { found, failure: null };
}

const texts = (found: readonly JsonElement[]) => found.map((item) => ('text' in item ? item.text : item.kind));

describe('jsonElements', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['[]', [], []],
    ['[1,"two",{"three":[3]},null]', [], ['1', '"two"', '{"three":[3]}', 'null']],
    ['\ufeff [ 1 , [2] ]', [], ['1', '[2]']],
    ['{"n":2,"v":[{"a":"]"},{"a":"\\"}"}],"after":true}', ['v'], ['2', '{"a":"]"}', '{"a":"\\"}"}', 'true']],
    ['{"v":{"x":{"y":1},"z":2}}', ['v'], ['{"y":1}', '2']],
    ['{"p":{"a":{"b":[1]}},"q":{"c":0}}', ['*'], ['{"b":[1]}', '0']],
    ['{"other":{"v":[1]},"v":[2]}', ['v'], ['2']],
    ['{"v":[{"v":[1]}]}', ['v'], ['{"v":[1]}']],
    ['{"a\\u0062":[1]}', ['ab'], ['1']],
  ])('%s at %j', async (text, path, expected) => {
    for (const size of [1, 3, 1000])
      expect(await elements(text, path, { size }).then(({ found, failure }) => [texts(found), failure])).toEqual([
        expected,
        null,
      ]);
  });

  test('names the keys on the way', async () => {
    const { found } = await elements('{"openssl":{"CVE-1":{},"CVE-2":{}}}', ['*']);
    expect(found.map((item) => (item.kind === 'element' ? [item.path, item.key] : null))).toEqual([
      [['openssl'], 'CVE-1'],
      [['openssl'], 'CVE-2'],
    ]);
  });

  test.each([
    ['<html>', [], 'json.malformed'],
    ['"text"', [], 'json.malformed'],
    ['', [], 'json.malformed'],
    ['{"v":[1,2', ['v'], 'json.malformed'],
    ['{"v":[1,2}', ['v'], 'json.malformed'],
    ['[1]]', [], 'json.malformed'],
    ['[1][2]', [], 'json.malformed'],
    ['{"\\{": 1}', ['v'], 'json.malformed'],
    ['{}', ['v'], 'json.shape'],
    ['{"v":3}', ['v'], 'json.shape'],
    ['['.repeat(20_000), [], 'json.too-deep'],
    [`{"v":${'{"a":'.repeat(20_000)}`, ['v'], 'json.too-deep'],
  ])('refuses %.40s', async (text, path, code) => {
    expect((await elements(text, path, { size: 1000, maxElementBytes: 1_000_000 })).failure).toBe(code);
  });

  test('what was whole before the break is given', async () => {
    const { found, failure } = await elements('{"v":[{"a":1},{"a":2},{"a"', ['v']);
    expect([texts(found), failure]).toEqual([['{"a":1}', '{"a":2}'], 'json.malformed']);
  });

  test('an element over the limit is said to be so, and the rest goes on', async () => {
    const { found } = await elements(`[1,"${'x'.repeat(2000)}",2]`, []);
    expect(texts(found)).toEqual(['1', 'too-large', '2']);
    expect(found[1]).toMatchObject({ head: expect.stringMatching(/^"x+$/) });
  });

  test('equals what parsing the whole gives, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 50 }), async (values, size) => {
        const text = JSON.stringify({ before: [values], list: values, after: 1 }, null, size % 3);
        const { found, failure } = await elements(text, ['list'], { size, maxElementBytes: 1_000_000 });
        expect(failure).toBeNull();
        const given = found.flatMap((item) => (item.kind === 'element' ? [JSON.parse(item.text)] : []));
        expect(given).toEqual(JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  test('never fails but with its own codes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: fc.constantFrom(...'{}[],:"\\ 1a') }), async (text) => {
        const { failure } = await elements(text, ['a'], { size: 2 });
        expect([null, 'json.malformed', 'json.shape', 'json.too-deep']).toContain(failure);
      }),
      { numRuns: 2000 },
    );
  });
});
