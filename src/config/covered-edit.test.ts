import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editCovered } from './covered-edit.ts';
import { parseCoveredFile } from './covered-files.ts';

const head = '# ours\ncategory = "tls"   # for all\nsince = "2026-11-01"\n';
const cases: readonly (readonly [string, 'add' | 'remove', string, string, string])[] = [
  [
    'in its place',
    'add',
    'gnutls',
    'attrs = [\n  "curl", # why\n  "openssl",\n]\n',
    'attrs = [\n  "curl", # why\n  "gnutls",\n  "openssl",\n]\n',
  ],
  [
    'after the last, which had no comma',
    'add',
    'xz',
    'attrs = [\n\t"curl" # why\n]\n',
    'attrs = [\n\t"curl", # why\n\t"xz",\n]\n',
  ],
  ['into an empty list', 'add', 'xz', 'attrs = [\n]', 'attrs = [\n  "xz",\n]'],
  [
    'into one line',
    'add',
    'xz',
    'attrs = ["b", "a"] # all\nowner = "x"',
    'attrs = ["b", "a", "xz"] # all\nowner = "x"',
  ],
  ['into an empty one', 'add', 'xz', 'attrs = []', 'attrs = ["xz"]'],
  ['a quoted name', 'add', 'a."b.c"', 'attrs = [\n  "b",\n]', 'attrs = [\n  "a.\\"b.c\\"",\n  "b",\n]'],
  ['a line', 'remove', 'xz', 'attrs = [\n  # one\n  "curl",\n  "xz"\n]', 'attrs = [\n  # one\n  "curl",\n]'],
  ['out of one line', 'remove', 'b', 'attrs = ["a", "b", "c"]', 'attrs = ["a", "c"]'],
];

test.each(cases)('%s', (_, kind, attr, before, after) => {
  const outcome = editCovered(head + before, { file: 'tls.toml', kind, attr });
  expect(outcome).toEqual({ kind: 'edited', text: head + after });
});

test('the ends of the lines stay as they were', () => {
  const text = `${head}attrs = [\n  "b",\n]\n`.replaceAll('\n', '\r\n');
  const outcome = editCovered(text, { file: 'f', kind: 'add', attr: 'a' });
  expect(outcome).toEqual({ kind: 'edited', text: text.replace('  "b"', '  "a",\r\n  "b"') });
});

test.each([
  ['what is there already', 'add', 'xz', 'attrs = ["xz"]'],
  ['what is not there', 'remove', 'curl', 'attrs = ["xz"]'],
  ['two on a line', 'add', 'a', 'attrs = [\n  "b", "c",\n]'],
  ['a list in single quotes', 'remove', 'b', "attrs = [\n  'b',\n]"],
  ['a text that looks like the list', 'add', 'a', 'owner = """\nattrs = [\n]\n"""\nattrs = [ "b"\n]'],
  ['what an override speaks of', 'remove', 'b', 'attrs = [\n  "b",\n]\n[override.b]\nowner = "web"'],
] as const)('a person has to do it: %s', (_, kind, attr, text) => {
  const outcome = editCovered(head + text, { file: 'tls.toml', kind, attr });
  expect(outcome.kind).toBe('by-hand');
  expect(outcome.kind === 'by-hand' && outcome.what).toContain(JSON.stringify(attr));
});

test('added and taken out again, the file is as it was; in between only this was added', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/);
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 8 }), name, fc.boolean(), (attrs, attr, lined) => {
      fc.pre(!attrs.includes(attr));
      const list = lined
        ? `[\n${attrs.map((one) => `    "${one}", # ${one}\n`).join('')}]`
        : `[${attrs.map((one) => `"${one}"`).join(', ')}]`;
      const text = `${head}attrs = ${list}\n# the end\n`;
      const once = editCovered(text, { file: 'f', kind: 'add', attr });
      if (once.kind !== 'edited') throw new Error(once.what);
      expect(
        parseCoveredFile(once.text, 'f')
          .map((one) => one.attr)
          .sort(),
      ).toEqual([...attrs, attr].sort());
      expect(editCovered(once.text, { file: 'f', kind: 'remove', attr })).toEqual({ kind: 'edited', text });
    }),
  );
});
