import { contentAddressFault, digestToProve } from '../../../formats/nix/content-address.ts';
import { hexOf } from '../../../formats/nix/hash.ts';
import { fingerprintOf, type NarInfo } from '../../../formats/nix/narinfo.ts';
import { type CacheKey, isSignedBy, parseSignature } from '../../../formats/nix/signature.ts';
import type { BlobStore } from '../../../platform/blobs/index.ts';
import type { InspectNar, NarBounds } from './inspect-nar.ts';
import { type CacheId, compressions, parseNarFileName, uploadHint } from './model.ts';
import type { OfferOutcome } from './offer.ts';
import type { CacheStore } from './store.ts';

/** Where archives lie, and how one is looked into. */
export interface Archives {
  readonly blobs: BlobStore;
  readonly inspect: InspectNar;
  readonly bounds: NarBounds;
}

/** Offers a path whose archive arrived before, once everything said of it was found true, signed with every key of ours. */
export async function acceptPath(given: {
  readonly store: CacheStore;
  readonly archives: Archives;
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
  const fault = contentAddressFault(narInfo) ?? (await contentsFault(given, file));
  if (fault !== null) return refused(fault);
  return store.offer({ ...given, narInfo: { ...narInfo, signatures: signed(narInfo, given.keys) }, file });
}

/** Why the contents of a new path are not what its address says; read once more, for few paths have such an address. */
async function contentsFault(
  {
    store,
    archives,
    cache,
    narInfo,
  }: Pick<Parameters<typeof acceptPath>[0], 'store' | 'archives' | 'cache' | 'narInfo'>,
  file: string,
): Promise<string | null> {
  const wanted = digestToProve(narInfo);
  if (wanted === null || (await store.path([cache], narInfo.storePath.hash)) !== null) return null;
  const nar = await store.nar([cache], file);
  const blob = nar === null ? null : await archives.blobs.get(nar.blob);
  // Without its archive it is not offered anyway.
  if (nar === null || blob === null) return null;
  const { of, hash } = wanted;
  const inspector = await archives.inspect(nar.compression, archives.bounds, { of, algorithm: hash.algorithm });
  try {
    for await (const chunk of blob.stream as AsyncIterable<Uint8Array>) await inspector.write(chunk);
    return (await inspector.end()).digest === hexOf(hash) ? null : 'CA is not of the contents of this archive';
  } catch (error) {
    inspector.abandon();
    throw error;
  }
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
