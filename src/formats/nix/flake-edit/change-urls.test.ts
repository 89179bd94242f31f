import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nixForTests } from '../../../platform/nix-tool/testing.ts';
import { flakeTexts } from './generated/testing.ts';
import { changeUrls, readInputs, type UrlChange } from './index.ts';
import { newUrl, statedByNix } from './testing.ts';

const to = (...names: readonly string[]): readonly UrlChange[] =>
  names.map((name) => ({ name, url: `${newUrl}/${name}`, becomesFlake: false }));
const asFlake = (name: string): readonly UrlChange[] => [{ name, url: newUrl, becomesFlake: true }];

const cases: readonly {
  readonly title: string;
  readonly before: string;
  readonly changes: readonly UrlChange[];
  readonly after: string;
}[] = [
  {
    title: 'the name that an input follows is no URL',
    before: '{ inputs = { b.url = "y"; b.inputs.nixpkgs.follows = "nixpkgs"; }; outputs = _: { }; }',
    changes: to('b'),
    after: `{ inputs = { b.url = "${newUrl}/b"; b.inputs.nixpkgs.follows = "nixpkgs"; }; outputs = _: { }; }`,
  },
  {
    title: 'two on one line, the later first, with a longer and a shorter URL',
    before: '{ inputs.b.url = "y"; /* ❄ */ inputs."c-d".url = github:x/y; outputs = _: { }; }',
    changes: [...to('c-d'), { name: 'b', url: '', becomesFlake: false }],
    after: `{ inputs.b.url = ""; /* ❄ */ inputs."c-d".url = "${newUrl}/c-d"; outputs = _: { }; }`,
  },
  {
    title: 'what has a meaning in Nix is escaped',
    before: '{ inputs.b.url = "y"; outputs = _: { }; }',
    changes: [{ name: 'b', url: 'a"b\\c\u0024{d}$e', becomesFlake: false }],
    after: '{ inputs.b.url = "a\\"b\\\\c\\\u0024{d}$e"; outputs = _: { }; }',
  },
  {
    title: 'a block of files becomes a flake, in a block',
    before:
      '{\n  inputs = {\n    b = {\n      url = "y";\n      flake = false;\n    }; # kept\n  };\n  outputs = _: { };\n}\n',
    changes: asFlake('b'),
    after: `{\n  inputs = {\n    b.url = "${newUrl}"; # kept\n  };\n  outputs = _: { };\n}\n`,
  },
  {
    title: 'a block of files becomes a flake, dotted',
    before: '{ inputs.b = { flake = false; url = "y"; }; outputs = _: { }; }',
    changes: asFlake('b'),
    after: `{ inputs.b.url = "${newUrl}"; outputs = _: { }; }`,
  },
];

test.each(cases)('$title', ({ before, changes, after }) => {
  expect(changeUrls(before, changes)).toEqual({ kind: 'edited', text: after });
});

test.each([
  ['{ inputs.b.follows = "c"; outputs = _: { }; }', to('b')],
  ['{ inputs.b.url = "x" + "y"; outputs = _: { }; }', to('b')],
  ['{ inputs.b = { url = "y"; flake = false; /* why */ }; outputs = _: { }; }', asFlake('b')],
  ['{ inputs.b.url = "y"; inputs.b.flake = false; outputs = _: { }; }', asFlake('b')],
  ['{ inputs.b = { url = "y"; flake = false; inputs.c.follows = ""; }; outputs = _: { }; }', asFlake('b')],
  ['{ inputs.c.inputs.b = { url = "y"; flake = false; }; outputs = _: { }; }', asFlake('b')],
])('%s is left', (text, changes) => {
  expect(changeUrls(text, changes)).toMatchObject({ kind: 'refused', reason: expect.stringContaining('the input b') });
});

test('reads the inputs and what outputs takes', () => {
  const text = `{
    inputs.b = { url = github:x/y; flake = false; };
    inputs.c.follows = "b/c";
    inputs = { "d.e".url = ''x''; b.inputs.c.follows = "c"; f.url = ./f; };
    outputs = all@{ self, b ? { }, ... }: { };
  }`;
  expect(readInputs(text)).toEqual({
    kind: 'inputs',
    inputs: [
      { name: 'b', url: 'github:x/y', isFlake: false },
      { name: 'c', url: null, isFlake: true },
      { name: 'd.e', url: 'x', isFlake: true },
      { name: 'f', url: null, isFlake: true },
    ],
    taken: ['self', 'b'],
  });
});

test('real Nix reads the inputs as this does, and the new URLs in the place of the old', async () => {
  const nix = await nixForTests();
  if (nix === null) return;
  const generated = fc.sample(flakeTexts, 150).map((before) => {
    const read = readInputs(before);
    const inputs = read.kind === 'inputs' ? read.inputs : [];
    const changes = to(...inputs.map(({ name }) => name));
    const outcome = changeUrls(before, changes);
    return { before, inputs, changes, after: outcome.kind === 'edited' ? outcome.text : before };
  });
  const texts = [...cases, ...generated].flatMap(({ before, after }) => [before, after]);
  const stated = await statedByNix(nix, texts);
  for (const [index, { before, inputs, changes }] of generated.entries()) {
    const [was, is] = stated.slice((cases.length + index) * 2);
    const urls = Object.entries(was?.inputs ?? {}).map(([name, { url }]) => [name, url]);
    expect(Object.fromEntries(inputs.map(({ name, url }) => [name, url])), before).toEqual(Object.fromEntries(urls));
    const moved = changes.map(({ name, url }) => [name, { ...was?.inputs[name], url }]);
    expect(is, before).toEqual({ ...was, inputs: Object.fromEntries(moved) });
  }
  for (const [index, { title, changes }] of cases.entries()) {
    const [was, is] = stated.slice(index * 2);
    for (const { name, url, becomesFlake } of changes) {
      const { flake, ...rest } = was?.inputs[name] ?? {};
      expect(is?.inputs[name], title).toEqual({
        ...rest,
        ...(flake === undefined || becomesFlake ? {} : { flake }),
        url,
      });
    }
  }
}, 60_000);
