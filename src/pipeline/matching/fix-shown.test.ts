import { expect, test } from 'vitest';
import { fixShown } from './fix-shown.ts';
import { advisory, affected, cpe, dictionary, instance, matched, record } from './testing.ts';

const nvd = advisory([record('nvd', [affected(cpe('openssl:openssl'), ['>=1.0 <1.2'])])], { id: 'CVE-2026-1000' });
const patch = (name: string) => ({ name, urls: [], hash: null, path: name, content: null });

test.each([
  ['past the range', '1.2', [], { kind: 'version', says: 'version 1.2: 1.2 is past ≥ 1.0 < 1.2 (nvd CVE-2026-1)' }],
  ['before the range', '0.9', [], { kind: 'version', says: expect.stringContaining('0.9') }],
  ['in it', '1.1', [], { kind: 'lacking', says: expect.stringContaining('1.1 is in') }],
  [
    'in it, and patched',
    '1.1',
    [patch('CVE-2026-1000.patch')],
    { kind: 'patch', says: 'its patch CVE-2026-1000.patch names the vulnerability', patches: ['CVE-2026-1000.patch'] },
  ],
] as const)('%s', (_name, version, patches, expected) => {
  const found = matched(
    [instance({ pname: 'openssl', version, patches: [...patches] })],
    nvd,
    dictionary('openssl:openssl'),
  );
  expect(found === null ? null : fixShown(found.match)).toEqual(expected);
});

test('what is in doubt shows nothing', () => {
  const weak = advisory([record('nvd', [affected(cpe('openssl:openssl'), ['>=1.0'])])], { id: 'CVE-2026-1000' });
  const found = matched([instance({ pname: 'openssl', version: '1.1' })], weak, dictionary('openssl:openssl'));
  expect(found === null ? null : fixShown(found.match)).toBeNull();
});
