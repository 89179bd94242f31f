import { createHash } from 'node:crypto';
import { encodeBase32 } from './base32.ts';
import { base32HashOf, hexOf, type NixHash, parseNixHash } from './hash.ts';
import type { NarDigest } from './nar-listing.ts';
import type { NarInfo } from './narinfo.ts';
import { baseNameOf, type StorePath, storePathText } from './store-path.ts';

/**
 * How a path follows from its content, which then needs no signature:
 *
 *     fixed:r:sha256:1b8vmdzp0w4n33y1sa3hi0c2rsbm8jvsrcxzjr2i2ny0v9hj0xka    of its archive
 *     fixed:sha256:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73      of the one file that it is
 *     text:sha256:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73       the same, of builtins.toFile, with references
 *
 * https://nix.dev/manual/nix/latest/protocols/store-path
 */
interface ContentAddress {
  readonly method: 'text' | 'flat' | 'r' | 'git';
  readonly hash: NixHash;
}

/** Why a narinfo's content address does not lead to its path, or to its archive; null when it does, or there is none. */
export function contentAddressFault(
  info: Pick<NarInfo, 'contentAddress' | 'storePath' | 'references' | 'narHash'>,
): string | null {
  if (info.contentAddress === null) return null;
  const address = parseContentAddress(info.contentAddress);
  if (address === null) return 'CA is not understood';
  const others = info.references.filter((path) => baseNameOf(path) !== baseNameOf(info.storePath));
  const isSelfReferring = others.length < info.references.length;
  if (hashOfPath(address, { others, isSelfReferring, name: info.storePath.name }) !== info.storePath.hash)
    return 'CA leads to another path';
  // Where an archive holds its own path, the address is of what it would be without.
  const isOfArchive = address.method === 'r' && address.hash.algorithm === 'sha256' && !isSelfReferring;
  return isOfArchive && base32HashOf(address.hash) !== info.narHash ? 'CA is not of this archive' : null;
}

/** What else has to be hashed to know that the address is of this archive; null where its formula proves it already. */
export function digestToProve(
  info: Pick<NarInfo, 'contentAddress' | 'storePath' | 'references'>,
): { readonly of: NarDigest['of']; readonly hash: NixHash } | null {
  const address = info.contentAddress === null ? null : parseContentAddress(info.contentAddress);
  if (address === null) return null;
  const { method, hash } = address;
  if (method === 'text' || method === 'flat') return { of: 'file', hash };
  return method === 'r' && hash.algorithm !== 'sha256' ? { of: 'archive', hash } : null;
}

function parseContentAddress(text: string): ContentAddress | null {
  const [, kind, method = 'flat', digest = ''] = /^(text|fixed):(?:(r|git):)?(\w+:\w+)$/.exec(text) ?? [];
  const hash = parseNixHash(digest);
  if (kind === undefined || hash === null) return null;
  if (kind === 'text') return method === 'flat' && hash.algorithm === 'sha256' ? { method: 'text', hash } : null;
  return { method: method as 'flat' | 'r' | 'git', hash };
}

/** The 32 digits that such a path begins with; null for references that there cannot be. */
function hashOfPath(
  { method, hash }: ContentAddress,
  path: { readonly others: readonly StorePath[]; readonly isSelfReferring: boolean; readonly name: string },
): string | null {
  const references = path.others.map((reference) => `:${storePathText(reference)}`).join('');
  if (method === 'text')
    return path.isSelfReferring ? null : digits(`text${references}:sha256:${hexOf(hash)}:/nix/store:${path.name}`);
  if (method === 'r' && hash.algorithm === 'sha256') {
    const self = path.isSelfReferring ? ':self' : '';
    return digits(`source${references}${self}:sha256:${hexOf(hash)}:/nix/store:${path.name}`);
  }
  if (references !== '' || path.isSelfReferring) return null;
  const prefix = method === 'flat' ? '' : `${method}:`;
  const inner = createHash('sha256')
    .update(`fixed:out:${prefix}${hash.algorithm}:${hexOf(hash)}:`)
    .digest('hex');
  return digits(`output:out:sha256:${inner}:/nix/store:${path.name}`);
}

/** SHA-256, folded to 20 bytes. */
function digits(text: string): string {
  const folded = new Uint8Array(20);
  for (const [index, byte] of createHash('sha256').update(text).digest().entries())
    folded[index % 20] = (folded[index % 20] ?? 0) ^ byte;
  return encodeBase32(folded);
}
