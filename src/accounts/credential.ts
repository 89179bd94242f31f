import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '../foundation/ids.ts';

/**
 * What a holder keeps: `sg_` (token), `sgs_` (session) or `sgc_` (closure), 16 hexadecimal digits by which it is found,
 * 43 characters of secret. Only the digest of the secret is stored.
 */
export type CredentialKind = 'sg' | 'sgs' | 'sgc';

/** What is stored of a credential: it tells nothing about the secret, so it may be shown and sent around. */
export interface Fingerprint {
  readonly id: string;
  readonly secretHash: string;
}

export interface Credential extends Fingerprint {
  readonly kind: CredentialKind;
}

const shape = /^(sgs|sgc|sg)_([0-9a-f]{16})([A-Za-z0-9_-]{43})$/;

export function makeCredential(kind: CredentialKind, random: RandomBytes): Credential & { readonly text: string } {
  const id = Buffer.from(random(8)).toString('hex');
  const secret = Buffer.from(random(32)).toString('base64url');
  return { kind, id, secretHash: digest(secret), text: `${kind}_${id}${secret}` };
}

/** Null when the text has not the shape of a credential of ours. */
export function readCredential(text: string): Credential | null {
  const [, kind, id = '', secret = ''] = shape.exec(text) ?? [];
  return kind === undefined ? null : { kind: kind as CredentialKind, id, secretHash: digest(secret) };
}

/** In the same time whether there is such a row or not, and wherever the first difference is. */
export function isProven(credential: Credential, stored: string | undefined): boolean {
  const given = Buffer.from(credential.secretHash, 'hex');
  const same = timingSafeEqual(given, Buffer.from(stored ?? digest(''), 'hex'));
  return same && stored !== undefined;
}

/** `0123456789abcdef:<sha256>` */
export function writeFingerprint({ id, secretHash }: Fingerprint): string {
  return `${id}:${secretHash}`;
}

export function readFingerprint(text: string): Fingerprint | null {
  const [, id = '', secretHash = ''] = /^([0-9a-f]{16}):([0-9a-f]{64})$/.exec(text) ?? [];
  return id === '' ? null : { id, secretHash };
}

function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
