import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprintOf, formatNarInfo, parseNarInfo } from './narinfo.ts';
import { isSignedBy, parseSecretKey, parseSignature, secretKeyText } from './signature.ts';

// Equal to what `nix store sign` 2.26.3 makes with the seed 00…1f.
const seed = Uint8Array.from({ length: 32 }, (_, index) => index);
const secret = secretKeyText('test-1', seed);
const publicKey = 'test-1:A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=';
const fingerprint =
  '1;/nix/store/00000000000000000000000000000001-dep-1.0;sha256:0i0g5h0y4w5xf5rynap2x27zaib43xl5qr5wlj9vw83ai7p732m1;120;';
const signature = 'test-1:0fsQKIDq8y5HeRQGoaib919y3FxiUuP2w9392JZh9gsPO6iktab/+a1wqEqMJ7+7p5+ZF8Lqxuy12S/bAcIoDA==';
const text = `StorePath: /nix/store/00000000000000000000000000000001-dep-1.0
URL: nar/0i0g5h0y4w5xf5rynap2x27zaib43xl5qr5wlj9vw83ai7p732m1.nar
Compression: none
FileHash: sha256:0i0g5h0y4w5xf5rynap2x27zaib43xl5qr5wlj9vw83ai7p732m1
FileSize: 120
NarHash: sha256:0i0g5h0y4w5xf5rynap2x27zaib43xl5qr5wlj9vw83ai7p732m1
NarSize: 120
References: 
Sig: ${signature}
`;

describe('keys and signatures', () => {
  test('the known vector', () => {
    const key = parseSecretKey(secret);
    expect([key?.publicKey, key?.sign(fingerprint)]).toEqual([publicKey, signature]);
    const read = parseNarInfo(text);
    expect(read.kind === 'narinfo' && fingerprintOf(read.narInfo)).toBe(fingerprint);
  });

  test('a signature holds for its text, its key and its name only', () => {
    const read = parseSignature(signature);
    if (read === null) throw new Error('unreadable');
    expect(isSignedBy(publicKey, read, fingerprint)).toBe(true);
    expect(isSignedBy(publicKey, read, `${fingerprint} `)).toBe(false);
    expect(isSignedBy(publicKey.replace('test-1', 'test-2'), read, fingerprint)).toBe(false);
    expect(isSignedBy('test-1:', read, fingerprint)).toBe(false);
    fc.assert(
      fc.property(fc.nat(511), (bit) => {
        const bytes = Uint8Array.from(read.bytes);
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(isSignedBy(publicKey, { ...read, bytes }, fingerprint)).toBe(false);
      }),
    );
  });

  test.each([
    'test-1',
    'test-1:',
    ':AAAA',
    secret.slice(0, -8),
    `${secret}AAAA`,
    secret.replace('test-1', 'a b'),
    // The halves do not belong together.
    `x:${Buffer.concat([seed, seed]).toString('base64')}`,
  ])('no secret key: %s', (bad) => expect(parseSecretKey(bad)).toBeNull());
});

describe('narinfo', () => {
  test('what is read is written again, byte for byte', () => {
    const read = parseNarInfo(text);
    expect(read.kind === 'narinfo' && formatNarInfo(read.narInfo)).toBe(text);
  });

  test('hashes in other spellings come out in base 32, references sorted and once', () => {
    const hex = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    const read = parseNarInfo(
      text
        .replace(/^NarHash.*$/m, `NarHash: sha256:${hex}`)
        .replace(
          'References: ',
          'References: 11111111111111111111111111111111-b 00000000000000000000000000000001-dep-1.0 11111111111111111111111111111111-b',
        ),
    );
    if (read.kind !== 'narinfo') throw new Error(read.reason);
    expect(read.narInfo.narHash).toBe('sha256:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73');
    expect(read.narInfo.references.map(({ name }) => name)).toEqual(['dep-1.0', 'b']);
  });

  test('a missing Compression is bzip2, an unknown deriver none', () => {
    const read = parseNarInfo(text.replace('Compression: none\n', 'Deriver: unknown-deriver\n'));
    expect(read).toMatchObject({ narInfo: { compression: 'bzip2', deriver: null } });
  });

  test.each([
    ['no final newline', text.slice(0, -1)],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['an empty line', `${text}\n`],
    ['no StorePath', text.replace(/^StorePath.*\n/, '')],
    ['a path that leads out', text.replace('-dep-1.0\n', '-../../etc\n')],
    ['another store', text.replace('/nix/store/', '/gnu/store/')],
    ['a URL that leads out', text.replace('URL: nar/', 'URL: ../nar/')],
    ['an absolute URL path', text.replace('URL: nar/', 'URL: /nar/')],
    ['NarSize 0', text.replace('NarSize: 120', 'NarSize: 0')],
    ['NarSize beyond numbers', text.replace('NarSize: 120', `NarSize: ${'9'.repeat(30)}`)],
    ['a sha1 NarHash', text.replace(/^NarHash.*$/m, `NarHash: sha1:${'0'.repeat(32)}`)],
    ['a full path as reference', text.replace('References: ', 'References: /nix/store/x')],
    ['a full path as deriver', `${text}Deriver: /nix/store/00000000000000000000000000000001-dep-1.0.drv\n`],
    ['one field twice', `${text}NarSize: 120\n`],
    ['a malformed signature beside a good one', `${text}Sig: test-1:AAAA\n`],
    ['control bytes', text.replace('dep', 'd\0p')],
  ])('refuses %s', (_what, bad) => expect(parseNarInfo(bad).kind).toBe('invalid'));

  test('whatever stands there, it is read or refused, and never throws', () => {
    const line = fc.constantFrom(...text.split('\n'), 'Sig: a:b', 'CA: fixed:r:sha256:0', 'X: \u00e9', ':', '');
    const mangled = fc
      .tuple(fc.array(line, { maxLength: 12 }), fc.string())
      .map(([lines, more]) => `${lines.join('\n')}${more}\n`);
    fc.assert(
      fc.property(mangled, (some) => {
        const read = parseNarInfo(some);
        if (read.kind === 'narinfo') expect(parseNarInfo(formatNarInfo(read.narInfo))).toEqual(read);
      }),
    );
  });
});
