import fc from 'fast-check';

/** Texts of flakes as people write them and as they do not: the input `a` is in none of them. */
const remarks = fc.constantFrom(
  '# inputs.a.url = "no"; ❄ żółw',
  '/* { inputs.a.url = "no"; */',
  '/* 雪\n } */',
  '# "',
  "# ''",
);

/** Between two tokens. */
const blanks = fc.oneof(
  { weight: 8, arbitrary: fc.constant(' ') },
  { weight: 2, arbitrary: fc.constantFrom('\n    ', '\n\t', '\n\n') },
  { weight: 1, arbitrary: remarks.map((remark) => ` ${remark}\n  `) },
);

const texts = fc.constantFrom(
  '"github:x/y"',
  '"git+https://x.example/y?ref=main"',
  "''github:x/y''",
  'github:x/y',
  'https://x.example/y.tar.gz',
  '""',
  '"ü\\"\\\u0024{}"',
);

const input = fc.record({
  name: fc.constantFrom('b', 'c', '"d-e"', "f'", '"g.h"', 'outputs', 'lib-a'),
  style: fc.constantFrom('dotted', 'set', 'block', 'block of sets'),
  url: texts,
  follows: fc.boolean(),
  blank: blanks,
});

const takes = fc.constantFrom(
  '_:',
  'inputs:',
  '{ self, ... }:',
  '{self,b}:',
  '{ self\n  , b ? null\n  }:',
  '{\n    self,\n    b,\n  }:',
  '{ ... }@all:',
  'all @ { self, b ? { x, y ? 1 }: x, ... }:',
  '{ self # the flake\n  , lib-a /* and */ }:',
);

const bodies = fc.constantFrom(
  '{ }',
  'let a = { inputs.a.url = "no"; }; in with a; { x = a; }',
  '{ x = "\u0024{"}"} \u0024{toString (1 / 2)} \\\u0024{ $\u0024{ {"; }',
  "{ x = ''\n      ''\u0024{ ''' \u0024{ \"''\" } {\n    ''; }",
  'assert true; { x = ./a/\u0024{"b"}c/d.nix; y = <nixpkgs>; z = ~/x; u = x:x; v = 1.5e3; w = a: b: a // b; }',
  '{ x = [ { } ] ++ [ (if true then 1 else 2) ]; y = { or = 1; }.or or 2; }',
  'rec { x = 1; inherit (x) y; }',
);

export const flakeTexts = fc
  .record({
    inputs: fc.uniqueArray(input, { maxLength: 5, selector: ({ name }) => name }),
    takes,
    body: bodies,
    description: fc.option(fc.constantFrom('"mine"', '"inputs.a.url = \\"no\\";"', "''\n  } 🐢\n  ''"), { nil: null }),
    hasEmptyBlock: fc.boolean(),
    outputsFirst: fc.boolean(),
    head: fc.constantFrom('', '# a flake ❄\n', '/* } */ '),
    indent: fc.constantFrom('  ', '\t', ''),
    blank: blanks,
    newline: fc.constantFrom('\n', '\r\n'),
    oneLine: fc.boolean(),
    end: fc.constantFrom('', '\n', '\n# the end'),
  })
  .map((given) => {
    const inBlock = given.inputs.filter(({ style }) => style.startsWith('block'));
    const beside = given.inputs.filter(({ style }) => !style.startsWith('block'));
    const inner = inBlock.map((one) => `${given.indent}${one.style === 'block' ? dotted(one, '') : set(one, '')}`);
    const statements = [
      ...(given.description === null ? [] : [`description = ${given.description};`]),
      ...beside.map((one) => (one.style === 'dotted' ? dotted(one, 'inputs.') : set(one, 'inputs.'))),
      ...(inner.length > 0 || given.hasEmptyBlock ? [`inputs =${given.blank}{\n${inner.join('\n')} };`] : []),
    ];
    const outputs = `outputs =${given.blank}${given.takes} ${given.body};`;
    const ordered = given.outputsFirst ? [outputs, ...statements] : [...statements, outputs];
    const layout = given.oneLine ? ordered.join(' ') : ordered.map((line) => `${given.indent}${line}\n`).join('');
    const text = `${given.head}{${given.oneLine ? ' ' : '\n'}${layout}}${given.end}`;
    return given.newline === '\n' ? text : text.replaceAll('\n', '\r\n');
  });

type Input = Parameters<Parameters<typeof input.map>[0]>[0];

function dotted({ name, url, follows, blank }: Input, prefix: string): string {
  return `${prefix}${name}.url${blank}=${blank}${url};${follows ? ` ${prefix}${name}.inputs.a.follows = "a";` : ''}`;
}

function set({ name, url, follows, blank }: Input, prefix: string): string {
  return `${prefix}${name} = {${blank}url =${blank}${url};${follows ? '\ninputs = { a.follows = "a"; };' : ''}${blank}};`;
}
