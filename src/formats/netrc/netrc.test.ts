import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { netrcPassword, withNetrcEntry, withoutNetrcEntry } from './netrc.ts';

const ours = { host: 'sets.example', login: 'token', password: 'secret' };
const written = 'machine sets.example\n  login token\n  password secret\n';

describe('an entry', () => {
  test.each([
    ['in a new file', '', written],
    ['behind others', 'machine a login b password c\n', `machine a login b password c\n${written}`],
    ['behind one without a line feed', 'machine a login b password c', `machine a login b password c\n${written}`],
    [
      'before the default',
      'machine a password c\ndefault login x password y\n',
      `machine a password c\n${written}default login x password y\n`,
    ],
    [
      'in place of an older one',
      '# mine\nmachine sets.example login old password older\n\n# rest\nmachine b password c\n',
      `# mine\n${written}\n# rest\nmachine b password c\n`,
    ],
    [
      'in place of one on several lines',
      'machine sets.example\r\n\tlogin a\r\n\tpassword b\r\nmachine c password d',
      `${written}machine c password d`,
    ],
    ['not in a comment', '#machine sets.example password x\n', `#machine sets.example password x\n${written}`],
    [
      'not in a macro',
      'macdef init\nmachine sets.example\n\nmachine b password c\n',
      `macdef init\nmachine sets.example\n\nmachine b password c\n${written}`,
    ],
  ])('%s', (_, before, after) => {
    expect(withNetrcEntry(before, ours)).toBe(after);
    expect(withNetrcEntry(after, ours)).toBe(after);
    expect(netrcPassword(after, 'sets.example')).toBe('secret');
  });

  test('goes, and only it', () => {
    expect(withoutNetrcEntry(`machine a password b\n${written}# c\nmachine d password e\n`, ours.host)).toBe(
      'machine a password b\n# c\nmachine d password e\n',
    );
    expect(withoutNetrcEntry('machine a password b\n', ours.host)).toBe('machine a password b\n');
  });

  test('a password may look like anything but blanks', () => {
    expect(netrcPassword('machine a login machine password #x\nmachine b password login\n', 'a')).toBe('#x');
    expect(netrcPassword('machine a login machine password #x\nmachine b password login\n', 'b')).toBe('login');
    expect(netrcPassword('machine a login x\n', 'a')).toBeNull();
    expect(netrcPassword('', 'a')).toBeNull();
  });
});

const word = fc.stringMatching(/^[a-z0-9.#_-]{1,12}$/);
const entry = fc
  .tuple(word, word, word, fc.constantFrom(' ', '\n  ', '\n\t'))
  .map(([host, login, password, gap]) => `machine ${host}${gap}login ${login}${gap}password ${password}\n`);

test('what is put in and taken out again leaves every byte as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(entry, fc.constant('\n'), fc.constant('# a comment\n'))), (parts) => {
      const text = parts.join('');
      fc.pre(!text.includes(ours.host));
      const signedIn = withNetrcEntry(text, ours);
      expect(netrcPassword(signedIn, ours.host)).toBe(ours.password);
      expect(withoutNetrcEntry(signedIn, ours.host)).toBe(text);
    }),
  );
});
