import { expect, test } from 'vitest';
import { lackingWords } from './lacking-words.ts';

const channel = { id: 'rolling', commitId: null, evaluatedAt: null, origin: null, packages: 0, failures: 0 } as const;

test.each([
  [[], 0, 'No package has been evaluated yet'],
  [[channel], 9, 'No package has been evaluated yet'],
  [[channel, { ...channel, packages: 1 }], 0, 'No advisory has been read yet'],
  [[channel, { ...channel, packages: 1 }], 1, null],
])('%j held against %i advisories', (channels, advisories, words) => {
  expect(lackingWords({ channels, advisories })).toBe(words);
});
