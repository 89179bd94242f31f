import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paeOf } from '../../formats/in-toto/dsse.ts';
import { openStatement, signStatement, statementOf } from './index.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const release = {
  uuid: '0190c0de-0000-7000-8000-000000000001',
  organisation: 'acme',
  flake: 'secure',
  channel: 'rolling',
  version: '0.1.48+rev-58fd322b29a7ab95bae31917469672d912f11c39',
  commitId: '58fd322b29a7ab95bae31917469672d912f11c39',
  treeId: '87fae8f1d5ccc4acb36d099b5908fb11998b2bd5',
  lastModified: 1_775_120_400,
  narHash: `sha256-${Buffer.alloc(32, 7).toString('base64')}`,
  sha256: 'ab'.repeat(32),
  publishedAt: Date.UTC(2026, 10, 24),
};
const statement = statementOf({
  release,
  upstream: { url: 'https://github.com/NixOS/nixpkgs', commitId: '377e1794562791e6627f71d416245c700293767a' },
  patches: [{ commitId: release.commitId, subject: 'nginx: fix', fixes: ['CVE-2026-42945'] }],
  review: {
    id: '12',
    treeId: release.treeId,
    decision: 'accepted',
    class: 'people',
    approvals: [{ by: 'ada', at: '2026-11-24T00:00:00.000Z', reason: 'looked' }],
    detectors: [],
    derivations: { before: 'a', after: 'b' },
  },
  builder: 'https://secure.example.org',
});
const text = JSON.stringify(signStatement(statement, privateKey));

test('what was signed comes out again', () => {
  expect(openStatement(text, publicKey)).toEqual({ kind: 'statement', statement });
});

test('the bytes that are signed, by the example of the protocol', () => {
  expect(Buffer.from(paeOf('http://example.com/HelloWorld', Buffer.from('hello world'))).toString()).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
});

test('another key trusts nothing', () => {
  expect(openStatement(text, generateKeyPairSync('ed25519').publicKey)).toEqual({ kind: 'untrusted' });
});

test('no changed byte of payload or signature is believed', () => {
  const envelope = JSON.parse(text) as { payload: string; signatures: { sig: string }[] };
  fc.assert(
    fc.property(fc.nat(envelope.payload.length - 8), fc.constantFrom('A', 'b', '3'), (at, letter) => {
      if (envelope.payload[at] === letter) return;
      const payload = envelope.payload.slice(0, at) + letter + envelope.payload.slice(at + 1);
      expect(openStatement(JSON.stringify({ ...envelope, payload }), publicKey).kind).not.toBe('statement');
    }),
  );
});

test.each([
  '',
  '{}',
  '[]',
  'null',
  '{"payload":5}',
  text.slice(0, -3),
  '{"payloadType":"x","payload":"!","signatures":[]}',
])('malformed: %s', (given) => {
  expect(openStatement(given, publicKey).kind).toBe('malformed');
});
