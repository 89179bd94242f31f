import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settingIn, withListItem, withoutListItem, withoutSetting, withSetting } from './nix-conf.ts';

const list = 'extra-substituters';

test.each([
  ['', 'extra-substituters = https://x\n'],
  ['max-jobs = 4', 'max-jobs = 4\nextra-substituters = https://x\n'],
  ['extra-substituters = https://a # mine\n', 'extra-substituters = https://a https://x # mine\n'],
  ['  extra-substituters=https://a\r\nb = c\r\n', '  extra-substituters=https://a https://x\r\nb = c\r\n'],
  ['# extra-substituters = https://x\n', '# extra-substituters = https://x\nextra-substituters = https://x\n'],
  ['extra-substituters = a\nextra-substituters = b\n', 'extra-substituters = a\nextra-substituters = b https://x\n'],
])('a word is added to %j, once', (before, after) => {
  expect(withListItem(before, list, 'https://x')).toBe(after);
  expect(withListItem(after, list, 'https://x')).toBe(after);
});

test('a word goes, and the line with its last', () => {
  expect(withoutListItem('a = b\nextra-substituters = x y # z\nc = d\n', list, 'x')).toBe(
    'a = b\nextra-substituters = y # z\nc = d\n',
  );
  expect(withoutListItem('a = b\nextra-substituters = x\nc = d\n', list, 'x')).toBe('a = b\nc = d\n');
  expect(withoutListItem('extra-substituters = y\n', list, 'x')).toBe('extra-substituters = y\n');
});

test('what is set stays as it is', () => {
  expect(withSetting('netrc-file = /a\n', 'netrc-file', '/b')).toBe('netrc-file = /a\n');
  expect(withSetting('', 'netrc-file', '/b')).toBe('netrc-file = /b\n');
  expect(settingIn('netrc-file = /a\nnetrc-file = /c', 'netrc-file')).toBe('/c');
  expect(withoutSetting('netrc-file = /a\nx = y\n', 'netrc-file', '/b')).toBe('netrc-file = /a\nx = y\n');
  expect(withoutSetting('netrc-file = /b\nx = y\n', 'netrc-file', '/b')).toBe('x = y\n');
});

test('what is put in and taken out again leaves every byte as it was', () => {
  const line = fc.constantFrom(
    'max-jobs = 4',
    '# note',
    '',
    'extra-substituters = https://a',
    'netrc-file = /n',
    '\tsandbox=true # no',
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.map((each) => `${each}\n`).join('');
      expect(withoutListItem(withListItem(text, list, 'https://x'), list, 'https://x')).toBe(text);
    }),
  );
});
