import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Review, ReviewAct } from '../changes/index.ts';
import { checkRecords, reviewRecords } from './index.ts';

const { privateKey: key, publicKey } = generateKeyPairSync('ed25519');

function review(id: string): Review {
  return {
    id,
    channel: 'rolling',
    base: 'a'.repeat(40),
    candidate: 'b'.repeat(40),
    treeId: 'c'.repeat(40),
    how: 'upstream',
    author: 'robot',
    openedAt: 1,
    state: 'accepted',
    examination: {
      class: 'people',
      hits: [],
      notExamined: [],
      proof: { systems: [], before: 'a', after: 'b', evaluator: 'nix' },
      packages: [],
      vulnerabilities: { resolved: [], opened: [] },
      commits: [],
      commitCount: 0,
    },
    trouble: null,
    patchKey: null,
  };
}

function approval(by: string): ReviewAct {
  return { kind: 'approved', by, roles: ['reviewer'], treeId: 'c'.repeat(40), reason: '', at: 5, until: null };
}

const acts = [approval('ada'), approval('ben')];
const records = (given = [acts, acts, acts]) =>
  reviewRecords({ reviews: given.map((own, index) => ({ review: review(`${index + 1}`), acts: own })), key, at: 9 });

test('what was exported checks', () => {
  expect(checkRecords(records(), publicKey)).toEqual([]);
});

test('a record that is lost, moved or doubled is seen', () => {
  const [a = '', b = '', c = ''] = records();
  expect(checkRecords([a, c], publicKey)).toMatchObject([{ line: 2 }]);
  expect(checkRecords([b, c], publicKey)).toMatchObject([{ line: 1 }]);
  expect(checkRecords([a, a, b, c], publicKey)).toMatchObject([{ line: 2 }]);
  expect(checkRecords([b, a, c], publicKey).map(({ line }) => line)).toEqual([1, 2, 3]);
});

test('what was approved elsewhere is looked for there', () => {
  const carried = acts.map((one) => ({ ...one, kind: 'carried' as const }));
  const [fits] = acts;
  const both = [
    { review: { ...review('1'), patchKey: 'p' }, acts },
    { review: { ...review('2'), channel: '26.05', patchKey: 'p' }, acts: [...carried, ...(fits ? [fits] : [])] },
  ];
  expect(checkRecords(reviewRecords({ reviews: both, key, at: 9 }), publicKey)).toEqual([]);
  expect(checkRecords(reviewRecords({ reviews: both.slice(1), key, at: 9 }), publicKey)).toEqual([
    { line: 1, says: 'what ben is said to have approved elsewhere is not among these records' },
  ]);
});

test('a changed byte, another key, and what is no record are seen', () => {
  const [a = '', b = '', c = ''] = records();
  const changed = b.replace(/"payload":"(.{30})./, (_, start: string) => `"payload":"${start}A`);
  expect(checkRecords([a, changed, c], publicKey).map(({ line }) => line)).toContain(2);
  expect(checkRecords([a], generateKeyPairSync('ed25519').publicKey)).toHaveLength(1);
  expect(checkRecords(['{}', 'x'], publicKey)).toHaveLength(2);
});

test('an acceptance that one person alone would have made is seen, signed or not', () => {
  expect(checkRecords(records([[approval('ada'), approval('ada')]]), publicKey)).toMatchObject([
    { line: 1, says: expect.stringContaining('which its acts do not give') },
  ]);
});
