import { decodeBase32, encodeBase32 } from './base32.ts';

/**
 * A hash as Nix expressions, store paths and cache indexes write it; these four are the same one:
 *
 *     sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
 *     sha256:0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73
 *     sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
 *     0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73
 *
 * https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-hash-convert
 */
export interface NixHash {
  readonly algorithm: HashAlgorithm;
  readonly bytes: Uint8Array;
}

const sizes = { md5: 16, sha1: 20, sha256: 32, sha512: 64 } as const;
export type HashAlgorithm = keyof typeof sizes;
const algorithms = ['md5', 'sha1', 'sha256', 'sha512'] as const satisfies readonly HashAlgorithm[];

/** Null for anything else. Without a name in front, the length tells the algorithm. */
export function parseNixHash(text: string): NixHash | null {
  const found = /^(?:(md5|sha1|sha256|sha512)([:-]))?([A-Za-z0-9+/]{22,128}={0,2})$/.exec(text);
  if (found === null) return null;
  const [, named, separator, digest = ''] = found;
  for (const algorithm of algorithms) {
    if (named !== undefined && named !== algorithm) continue;
    const bytes = digestBytes(digest, sizes[algorithm], separator === '-');
    if (bytes !== null) return { algorithm, bytes };
  }
  return null;
}

export function sriOf({ algorithm, bytes }: NixHash): string {
  return `${algorithm}-${Buffer.from(bytes).toString('base64')}`;
}

export function hexOf({ bytes }: NixHash): string {
  return Buffer.from(bytes).toString('hex');
}

/** `sha256:0mdqa9…`, as in the index of a cache. */
export function base32HashOf({ algorithm, bytes }: NixHash): string {
  return `${algorithm}:${encodeBase32(bytes)}`;
}

function digestBytes(digest: string, size: number, onlyBase64: boolean): Uint8Array | null {
  if (!onlyBase64) {
    if (digest.length === size * 2 && /^[0-9a-f]+$/i.test(digest)) return Buffer.from(digest, 'hex');
    const bytes = digest.length === Math.ceil((size * 8) / 5) ? decodeBase32(digest) : null;
    if (bytes !== null) return bytes;
  }
  const bytes = Buffer.from(digest, 'base64');
  return bytes.length === size && bytes.toString('base64') === digest ? bytes : null;
}
