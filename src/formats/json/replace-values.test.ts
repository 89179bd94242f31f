import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replaceJsonValues } from './replace-values.ts';

test.each([
  ['{"a":1}', ['a'], '{"a":"x"}'],
  [
    ' {\r\n\t"a" : { "b\\u0063" : "old, }\\" " , "d":[1,{"a":2}] } }\n',
    ['a', 'bc'],
    ' {\r\n\t"a" : { "b\\u0063" : "x" , "d":[1,{"a":2}] } }\n',
  ],
  ['{"skip":{"a":[{"a":"]"}]},"a":-1.5e3}', ['a'], '{"skip":{"a":[{"a":"]"}]},"a":"x"}'],
  ['{"a":{"b":1}}', ['a'], null],
  ['{"a":[1]}', ['a', '0'], null],
  ['{"a":1}', ['b'], null],
  ['{"a":1,"a":2}', ['a'], null],
])('%s at %j', (text, path, expected) => {
  expect(replaceJsonValues(text, [{ path, value: 'x' }])).toBe(expected);
});

test('only the named values change, however the text is laid out', () => {
  const layout = fc.constantFrom('', ' ', '  ', '\t');
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  const value = fc.dictionary(fc.string(), fc.dictionary(fc.string(), leaf, { minKeys: 1 }), { minKeys: 1 });
  fc.assert(
    fc.property(value, layout, fc.string(), fc.nat(), (before, indent, fresh, pick) => {
      fc.pre(!Object.keys(before).includes('__proto__'));
      const text = JSON.stringify(before, null, indent);
      const paths = Object.entries(before).flatMap(([outer, inner]) => Object.keys(inner).map((key) => [outer, key]));
      const path = paths[pick % paths.length] ?? [];
      fc.pre(!path.includes('__proto__'));
      const result = replaceJsonValues(text, [{ path, value: fresh }]);
      const expected = structuredClone(before);
      const [outer = '', key = ''] = path;
      Object.assign(expected[outer] ?? {}, { [key]: fresh });
      expect(result).toBe(JSON.stringify(expected, null, indent));
    }),
  );
});
