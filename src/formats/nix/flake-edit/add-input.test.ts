import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nixForTests } from '../../../platform/nix-tool/testing.ts';
import { flakeTexts } from './generated/testing.ts';
import { addInput, inputLine, isInputName } from './index.ts';
import { addCases, type EditCase, newUrl, statedByNix } from './testing.ts';

const add = (
  text: string,
  given: { readonly name?: string | undefined; readonly at?: 'top' | 'bottom' | undefined } = {},
) => addInput({ text, name: given.name ?? 'a', url: newUrl, at: given.at ?? 'top' });

test.each(addCases)('$title', ({ before, after, name, at }) => {
  expect(add(before, { name, at })).toEqual({ kind: 'edited', text: after });
  expect(add(after, { name, at })).toEqual({ kind: 'unchanged' });
});

describe('refuses, and names what stands in the way', () => {
  test.each([
    ['let x = 1; in { outputs = _: { }; }', /the file is `let x = 1; in \{/],
    ['{ outputs = _: { }; } // { }', /not a plain set/],
    ['rec { outputs = _: { }; }', /the file is `rec/],
    ['_: { }', /not a plain set/],
    ['{ inputs = import ./i.nix; outputs = _: { }; }', /inputs is `import \.\/i\.nix`, not a plain set/],
    ['{ inputs = { b.url = "y"; } // { }; outputs = _: { }; }', /inputs is `\{ b\.url/],
    ['{\n inherit (x) outputs; }', /line 2: "inherit"/],
    ['{ inputs = { inherit b; }; outputs = _: { }; }', /"inherit"/],
    ['{ inputs.b = { inherit url; }; outputs = _: { }; }', /"inherit"/],
    ['{ inputs.$' + '{"a"}.url = "x"; outputs = _: { }; }', /a name is computed/],
    ['{ inputs."$' + '{"a"}".url = "x"; outputs = _: { }; }', /a name is computed/],
    ['{ inputs.a.url = "x" + "y"; outputs = _: { }; }', /the URL of the input a is not a plain string/],
    ['{ inputs.a.url = "x$' + '{y}"; outputs = _: { }; }', /not a plain string/],
    ['{ inputs.a.url = ./x; outputs = _: { }; }', /not a plain string/],
    ["{ inputs.a.url = ''\n x\n''; outputs = _: { }; }", /not a plain string/],
    ['{ inputs.a.url.x = "y"; outputs = _: { }; }', /not a plain string/],
    ['{ inputs.a = x; outputs = _: { }; }', /the input a is not a plain set/],
    ['{ inputs.a.follows = "b/a"; outputs = _: { }; }', /follows another one.*take `follows` out/],
    ['{ inputs.a = { type = "path"; path = "/x"; }; outputs = _: { }; }', /described by `type`/],
    ['{ inputs.a.url = "x"; inputs.a.url = "y"; outputs = _: { }; }', /inputs\.a\.url is set twice/],
    ['{ inputs.b.url = "y"; }', /outputs is missing/],
    ['{ description = "x"; }', /outputs is missing/],
    ['{ outputs = _: { }; outputs = _: { }; }', /outputs is set twice/],
    ['{ outputs = { }; }', /outputs is not a function/],
    ['{ outputs = import ./o.nix; }', /outputs is not a function/],
    ['{ outputs = { }: { }; }', /outputs takes no arguments/],
    ['{ outputs = { self }@a: { }; }', /a is the name that outputs gives to all/],
    ['{ outputs = _: { } }', /a semicolon is missing/],
    ['{ outputs = _: { }; ', /does not end/],
    ['{ outputs = _: [ } ]; }', /closes nothing/],
    ['{ outputs = _: "x; }', /a string that begins in line 1/],
    ["{ outputs = _: ''x; }", /a string that begins in line 1/],
    ['{ /* outputs = _: { }; }', /a comment that begins in line 1/],
    ['{ outputs = _: "$' + '{x"; }', /does not end/],
    ['{ outputs = _: é; }', /"é" in line 1 is nothing that Nix knows/],
    ['\uFEFF{ outputs = _: { }; }', /nothing that Nix knows/],
    ['# only a comment', /the file is empty/],
  ])('%s', (text, reason) => {
    expect(add(text)).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) });
  });

  test.each([
    [/deep/, `{ outputs = _: ${'"$\u007b'.repeat(300)}; }`],
    [/larger than/, `{ outputs = _: "${'x'.repeat(1024 * 1024)}"; }`],
  ])('%s', (reason, text) => {
    expect(add(text)).toEqual({ kind: 'refused', reason: expect.stringMatching(reason) });
  });
});

test('long runs of words, dots, colons and slashes take no longer than they are', () => {
  for (const run of ['a.', 'a.a:', 'a/ ', 'a-b+c//', '${', "''", '"$', '((', '1.', '.'])
    add(`{ outputs = _: ${run.repeat(200_000 / run.length)}`);
}, 15_000);

test('names and lines', () => {
  expect(['nixpkgs', 'a-b_2', 'self', 'in', 'a.b', '', '2a', 'a"'].map(isInputName)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(inputLine('a', 'x"$' + '{y}\\')).toBe('inputs.a.url = "x\\"\\$' + '{y}\\\\";');
});

describe('generated flakes', () => {
  test('what was there stays in its order, and a second time changes nothing', () => {
    fc.assert(
      fc.property(flakeTexts, fc.constantFrom('top', 'bottom'), (before, at) => {
        const outcome = add(before, { at });
        if (outcome.kind !== 'edited') throw new Error(JSON.stringify(outcome));
        expect(isWithin(before, outcome.text)).toBe(true);
        expect(add(outcome.text, { at })).toEqual({ kind: 'unchanged' });
      }),
      { numRuns: 500 },
    );
  });

  test('a broken text is refused or edited as far as it is whole, and never a crash', () => {
    fc.assert(
      fc.property(
        flakeTexts,
        fc.nat(),
        fc.constantFrom('', '"', "''", '{', '}', '$' + '{', '/*', '#', ';', 'let', '='),
        (text, place, noise) => {
          const at = place % text.length;
          const outcome = add(text.slice(0, at) + noise + text.slice(at + 1));
          expect(['edited', 'refused', 'unchanged']).toContain(outcome.kind);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Whether a text can be had from another by leaving characters out. */
function isWithin(part: string, whole: string): boolean {
  let at = 0;
  for (const sign of whole) if (part.startsWith(sign, at)) at += sign.length;
  return at === part.length;
}

test('real Nix sees the intended input and argument and nothing else changed', async () => {
  const nix = await nixForTests();
  if (nix === null) return;
  const generated = fc.sample(flakeTexts, 150).map((before, index) => {
    const at = index % 2 === 0 ? ('top' as const) : ('bottom' as const);
    const outcome = add(before, { at });
    return { title: before, before, at, after: outcome.kind === 'edited' ? outcome.text : before };
  });
  const cases: readonly EditCase[] = [...addCases, ...generated];
  const stated = await statedByNix(
    nix,
    cases.flatMap(({ before, after }) => [before.trim() === '' ? '{ }' : before, after]),
  );
  for (const [index, { title, name = 'a', before }] of cases.entries()) {
    const [was, is] = stated.slice(index * 2);
    const takesNames = Object.keys(is?.takes ?? {}).length > 0;
    const hadUrl = was?.inputs[name]?.url !== undefined;
    expect(is, title).toEqual({
      inputs: { ...was?.inputs, [name]: { ...was?.inputs[name], url: newUrl } },
      takes: takesNames && !hadUrl ? { ...was?.takes, [name]: false } : was?.takes,
      others: before.includes('outputs') ? was?.others : { description: 'A flake' },
    });
  }
}, 60_000);
