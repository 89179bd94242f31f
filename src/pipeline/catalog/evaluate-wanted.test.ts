import { describe, expect, test } from 'vitest';
import { AppError } from '../../foundation/errors.ts';
import type { NixTool } from '../../platform/nix-tool/index.ts';
import { type Answer, evaluateWanted, shortMessage } from './evaluate-wanted.ts';

const nonce = '@n:';
const evaluation = { code: 'nix.evaluation', retryable: false };

/** A stand-in for nix: tells one result after the other as the real expression does, and breaks at some attributes. */
function fakeNix(breaks: Readonly<Record<string, 'abort' | 'throw' | 'stall' | 'set'>>) {
  const runs: (readonly string[])[] = [];
  const evaluate: NixTool['evaluate'] = async ({ expression, onTrace, signal }) => {
    if (!expression.includes('fromJSON')) throw new AppError(evaluation, 'error: deep\n  error: this one throws');
    const literal = /fromJSON ("(?:[^"\\]|\\.)*");/.exec(expression)?.[1] ?? '"[]"';
    const items = JSON.parse(JSON.parse(literal) as string) as { readonly index: number; readonly attr: string }[];
    runs.push(items.map((item) => item.attr));
    if (Object.values(breaks).includes('set')) throw new AppError(evaluation, 'error: syntax error');
    onTrace?.(`${nonce}ready:x86_64-linux`);
    for (const { index, attr } of items) {
      onTrace?.('noise of a package');
      switch (breaks[attr]) {
        case 'abort':
          throw new AppError(evaluation, `error: aborted at ${attr}`);
        case 'stall':
          await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('killed'))));
          break;
        case 'throw':
          onTrace?.(`${nonce}${index}:{"kind":"throws"}`);
          break;
        default:
          onTrace?.(`${nonce}${index}:{"attr":"${attr}"}`);
      }
    }
    return String(items.length);
  };
  return { evaluate, runs };
}

async function run(attrs: readonly string[], nix: ReturnType<typeof fakeNix>, perProcess = 100) {
  const answers: [string, Answer][] = [];
  await evaluateWanted({
    nix,
    tree: '/tree',
    nonce,
    wanted: attrs.map((attr) => ({ attr, names: [attr], system: 'x86_64-linux' })),
    stallMs: 100,
    timeoutMs: 1000,
    perProcess,
    onAnswer: (wanted, answer) => answers.push([wanted.attr, answer]),
  });
  return Object.fromEntries(
    answers.map(([attr, answer]) => [attr, answer.kind === 'line' ? 'line' : `${answer.how}: ${answer.message}`]),
  );
}

describe('evaluateWanted', () => {
  test('one process when nothing breaks', async () => {
    const nix = fakeNix({});
    expect(await run(['a', 'b', 'c'], nix)).toEqual({ a: 'line', b: 'line', c: 'line' });
    expect(nix.runs).toEqual([['a', 'b', 'c']]);
  });

  test('what aborts is set aside, and nothing is evaluated twice', async () => {
    const nix = fakeNix({ b: 'abort', d: 'stall', e: 'throw', f: 'abort' });
    expect(await run(['a', 'b', 'c', 'd', 'e', 'f'], nix)).toEqual({
      a: 'line',
      b: 'aborts: aborted at b',
      c: 'line',
      d: 'aborts: the evaluation gave nothing for 0 seconds',
      e: 'throws: this one throws',
      f: 'aborts: aborted at f',
    });
    expect(nix.runs).toEqual([
      ['a', 'b', 'c', 'd', 'e', 'f'],
      ['c', 'd', 'e', 'f'],
      ['e', 'f'],
    ]);
  });

  test('processes of a bounded size', async () => {
    const nix = fakeNix({});
    await run(['a', 'b', 'c'], nix, 2);
    expect(nix.runs).toEqual([['a', 'b'], ['c']]);
  });

  test('a set that does not evaluate at all is one failure, not one for each package', async () => {
    const nix = fakeNix({ a: 'set' });
    await expect(run(['a', 'b'], nix)).rejects.toMatchObject({
      code: 'catalog.broken-set',
      message: expect.stringContaining('syntax error'),
    });
    expect(nix.runs).toHaveLength(1);
  });
});

test.each([
  ['error:\n  … while calling\n  error: no such thing\n  at /x.nix:1:2:\n     1| code', 'no such thing'],
  ['error: a\n\n       error: b\n       second line', 'b second line'],
  [null, 'the evaluator ended early'],
])('short form of %j', (message, short) => {
  expect(shortMessage(message)).toBe(short);
});
