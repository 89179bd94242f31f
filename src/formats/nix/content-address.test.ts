import { expect, test } from 'vitest';
import { contentAddressFault } from './content-address.ts';
import { parseStorePath, type StorePath } from './store-path.ts';

const path = (text: string): StorePath => {
  const read = parseStorePath(`/nix/store/${text}`);
  if (read === null) throw new Error(text);
  return read;
};
const other = `sha256:${'0'.repeat(52)}`;

// What Nix 2.26.3 made of builtins.toFile, builtins.path, fixed-output derivations and `nix store make-content-addressed`.
const hello = 'sha256:04zwf782yjwnh3q6hz5izfd6jyip8kgw6g6yj43fiqhbyhdd0dqw';
const plain = '6d043xpnq5r9msdq2pasmblnx6csx25h-plain';
const own = '6mqcf6xqw9vdzc9pap0n558hswd5ffaw-own';
const real: readonly (readonly [path: string, address: string, narHash: string, references: readonly string[]])[] = [
  [plain, 'text:sha256:00xyyr3fi8l6hb839bv3f7yb86yjv7xi1cgh1xnhipym4asvb4aq', hello, []],
  [
    '3z6xx8n0pz6in54pl25hpr5lrfy4npby-referring',
    'text:sha256:1hmzkh37rw5d5z99q2f7l9vrgzb17kwxricrrmxk9l5mrak1km2i',
    other,
    [plain],
  ],
  ['5il77cmj5l2924948awqdd256yp18g0v-of-archive', `fixed:r:${hello}`, hello, []],
  [
    'xnn6zlbfipi9n3yiyzlrsgxax38vrxhd-flat-sha256',
    'fixed:sha256:00xyyr3fi8l6hb839bv3f7yb86yjv7xi1cgh1xnhipym4asvb4aq',
    hello,
    [],
  ],
  ['q6nl8rpbwbn81kss6kklr86mmwwpxl8s-flat-sha1', 'fixed:sha1:iwjz551fyw0cxcjgf4l6c879zabd6wpm', hello, []],
  ['zdx3x739klpva5cnxlvm0i54v1nqvdcf-flat-md5', 'fixed:md5:4425hx5d1mc9y39llj4k4nm55i', hello, []],
  [own, 'fixed:r:sha256:0ivfa7g1gj50pj3hhklsn4bxag3caxr0hb290f6q2r4nxrj6gq68', other, [own]],
];
const infoOf = ([name, contentAddress, narHash, references]: (typeof real)[number]) => ({
  storePath: path(name),
  contentAddress,
  narHash,
  references: references.map(path),
});

test.each(real)('%s follows from %s', (...given) => {
  expect(contentAddressFault(infoOf(given))).toBeNull();
});

test.each(real)('%s follows from nothing else', (...given) => {
  const info = infoOf(given);
  const faults = [
    { ...info, storePath: { ...info.storePath, name: 'renamed' } },
    { ...info, storePath: path(`${plain.slice(0, 31)}0-${info.storePath.name}`) },
    { ...info, contentAddress: info.contentAddress.replace(/.{4}$/, '0000') },
    { ...info, references: [...info.references, path('1rh44b7rjx7xkb4y8g8k7pv7r6rw15pd-more')] },
  ].map(contentAddressFault);
  expect(faults).toEqual(faults.map(() => 'CA leads to another path'));
});

test('the address of an archive is of this archive', () => {
  const given = real[2];
  if (given === undefined) throw new Error('no such case');
  expect(contentAddressFault({ ...infoOf(given), narHash: other })).toBe('CA is not of this archive');
});

test.each(['', 'fixed', 'fixed:r:sha256:', 'text:r:sha256:x', 'text:md5:4425hx5d1mc9y39llj4k4nm55i', 'fixed:sha256:0'])(
  '%j is not understood',
  (contentAddress) => {
    expect(contentAddressFault({ storePath: path(plain), references: [], narHash: hello, contentAddress })).toBe(
      'CA is not understood',
    );
  },
);
