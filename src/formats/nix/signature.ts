import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/**
 * The keys and signatures of binary caches, Ed25519 under a name:
 *
 *     secret key   secure.example.org-1:<base64 of seed and public key, 64 bytes>
 *     public key   secure.example.org-1:A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=
 *     signature    secure.example.org-1:0fsQKIDq8y5HeRQGoaib919y3FxiUuP2w9392JZh9gsPO6iktab/+a1wqEqMJ7+7p5+ZF8Lqxuy12S/bAcIoDA==
 *
 * https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-key-generate-secret
 */
export interface CacheKey {
  readonly name: string;
  /** `name:base64`, as it stands in `trusted-public-keys`. */
  readonly publicKey: string;
  readonly sign: (text: string) => string;
}

export interface Signature {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
// PKCS #8 and SubjectPublicKeyInfo of Ed25519 (RFC 8410) up to the key itself.
const privateHead = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicHead = Buffer.from('302a300506032b6570032100', 'hex');

export function isKeyName(text: string): boolean {
  return namePattern.test(text);
}

/** Null for anything but `name:base64` of 64 bytes whose halves belong together. */
export function parseSecretKey(text: string): CacheKey | null {
  const read = named(text.trim(), 64);
  if (read === null) return null;
  const key = createPrivateKey({
    key: Buffer.concat([privateHead, read.bytes.subarray(0, 32)]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicBytes = rawPublic(createPublicKey(key));
  if (!publicBytes.equals(read.bytes.subarray(32))) return null;
  return {
    name: read.name,
    publicKey: `${read.name}:${publicBytes.toString('base64')}`,
    sign: (message) => `${read.name}:${sign(null, Buffer.from(message), key).toString('base64')}`,
  };
}

/** The text of a secret key made of a seed of 32 random bytes. */
export function secretKeyText(name: string, seed: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.concat([privateHead, seed]), format: 'der', type: 'pkcs8' });
  return `${name}:${Buffer.concat([seed, rawPublic(createPublicKey(key))]).toString('base64')}`;
}

/** Null for anything but `name:base64` of 64 bytes. */
export function parseSignature(text: string): Signature | null {
  return named(text, 64);
}

/** Whether the signature is by this public key, `name:base64`, over the text. */
export function isSignedBy(publicKey: string, signature: Signature, text: string): boolean {
  const key = named(publicKey, 32);
  if (key === null || key.name !== signature.name) return false;
  const imported = createPublicKey({ key: Buffer.concat([publicHead, key.bytes]), format: 'der', type: 'spki' });
  return verify(null, Buffer.from(text), imported, signature.bytes);
}

function named(text: string, length: number): { readonly name: string; readonly bytes: Buffer } | null {
  const at = text.indexOf(':');
  const name = text.slice(0, Math.max(0, at));
  const bytes = Buffer.from(text.slice(at + 1), 'base64');
  return namePattern.test(name) && bytes.length === length && bytes.toString('base64') === text.slice(at + 1)
    ? { name, bytes }
    : null;
}

function rawPublic(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(-32);
}
