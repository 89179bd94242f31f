import { contentAddressFault } from '../../../formats/nix/content-address.ts';
import { fingerprintOf, type NarInfo } from '../../../formats/nix/narinfo.ts';
import { type CacheKey, isSignedBy, parseSignature } from '../../../formats/nix/signature.ts';
import { type CacheId, compressions, parseNarFileName, uploadHint } from './model.ts';
import type { OfferOutcome } from './offer.ts';
import type { CacheStore } from './store.ts';

/** Offers a path whose archive arrived before, once everything said of it was found true, signed with every key of ours. */
export async function acceptPath(given: {
  readonly store: CacheStore;
  readonly keys: readonly CacheKey[];
  readonly cache: CacheId;
  readonly narInfo: NarInfo;
  readonly at: number;
  readonly actor: string;
}): Promise<OfferOutcome> {
  const { store, narInfo } = given;
  const file = narInfo.url.startsWith('nar/') ? narInfo.url.slice('nar/'.length) : '';
  const name = parseNarFileName(file);
  if (name === null)
    return refused(`URL must be nar/{FileHash}.{${Object.values(compressions).join('|')}}: ${uploadHint}`);
  if (narInfo.fileHash !== null && narInfo.fileHash !== `sha256:${name.fileHash}`)
    return refused('FileHash is not what the URL says');
  const fault = contentAddressFault(narInfo);
  if (fault !== null) return refused(fault);
  return store.offer({ ...given, narInfo: { ...narInfo, signatures: signed(narInfo, given.keys) }, file });
}

/** The signatures it came with, without any that only claims to be ours, and one by each key of ours. */
export function signed(narInfo: NarInfo, keys: readonly CacheKey[]): readonly string[] {
  const fingerprint = fingerprintOf(narInfo);
  const own = new Map(keys.map((key) => [key.name, key]));
  const kept = narInfo.signatures.filter((text) => {
    const signature = parseSignature(text);
    const key = signature === null ? undefined : own.get(signature.name);
    return signature !== null && (key === undefined || isSignedBy(key.publicKey, signature, fingerprint));
  });
  const there = new Set(kept.map((text) => text.slice(0, text.indexOf(':'))));
  return [...kept, ...keys.filter(({ name }) => !there.has(name)).map((key) => key.sign(fingerprint))];
}

function refused(reason: string): OfferOutcome {
  return { kind: 'refused', reason };
}
