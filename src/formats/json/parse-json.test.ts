import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from './parse-json.ts';

const codeOf = (work: () => unknown): string | null => {
  try {
    work();
    return null;
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
};

test.each([
  ['{"a":1}', null],
  ['{"a":', 'json.malformed'],
  ['', 'json.malformed'],
  ['"[[[["', null],
  ['"\\"[[[["', null],
  ['[[[1]]]', null],
  ['[[[[1]]]]', 'json.too-deep'],
  ['{"a":{"a":{"a":{"a":1}}}}', 'json.too-deep'],
])('%s', (text, code) => {
  expect(codeOf(() => parseJson(text, 3))).toBe(code);
});

test('ten million brackets are refused at once', () => {
  const text = '['.repeat(10_000_000);
  const started = performance.now();
  expect(codeOf(() => parseJson(text))).toBe('json.too-deep');
  expect(performance.now() - started).toBeLessThan(100);
});

test.each([
  ['"a\\u0000b"', 'ab'],
  ['"a\\\\u0000b"', 'a\\u0000b'],
  ['{"\\u0000key\\u0000":["\\n\\u0000"]}', { key: ['\n'] }],
])('%s without NUL', (text, expected) => {
  expect(parseJson(text)).toEqual(expected);
});

test('gives what JSON.parse gives', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!text.includes('\\u0000'));
      expect(parseJson(text)).toEqual(JSON.parse(text));
    }),
  );
});
