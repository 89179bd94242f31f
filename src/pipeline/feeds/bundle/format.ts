import { type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../../../foundation/errors.ts';

/*
 * A bundle is gzip over lines of JSON, of ours: first what it holds, then an Ed25519 signature of that line, then the
 * records of each source in the order told:
 *
 *   {"format":"snowguard-feeds","version":1,"createdAt":1796083200000,"parts":[{"source":"kev","lines":1,"readAt":1796083100000,"sha256":"x2h…"}]}
 *   "k0Jc…"
 *   {"kind":"record","record":{"source":"kev","id":"CVE-2021-44228",…},"raw":"{\"cveID\":…}"}
 */
export const bundleErrors = {
  unreadable: { code: 'feeds.bundle-unreadable', retryable: false },
  untrusted: { code: 'feeds.bundle-untrusted', retryable: false },
  older: { code: 'feeds.bundle-older', retryable: false },
} as const;

export const BundleManifest = z.object({
  format: z.literal('snowguard-feeds'),
  version: z.literal(1),
  createdAt: z.number(),
  parts: z
    .array(
      z.object({
        source: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
        lines: z.number().int().nonnegative(),
        /** When the source was last read well; bundles of old do not say. */
        readAt: z.number().nullable().optional(),
        /** Of the lines, each with its line feed; base64url. */
        sha256: z.string(),
      }),
    )
    .max(1000),
});
export type BundleManifest = z.infer<typeof BundleManifest>;

/** The first two lines. */
export function bundleHead(manifest: BundleManifest, key: KeyObject): string {
  const line = JSON.stringify(manifest);
  return `${line}\n${JSON.stringify(sign(null, Buffer.from(line), key).toString('base64url'))}\n`;
}

/** The manifest, once one of the keys has signed it. */
export function parseBundleHead(line: string, signature: string, keys: readonly KeyObject[]): BundleManifest {
  const bytes = Buffer.from(line);
  const given = Buffer.from(signature.replace(/^"|"$/g, ''), 'base64url');
  if (!keys.some((key) => verify(null, bytes, key, given)))
    throw new AppError(bundleErrors.untrusted, 'the bundle is not signed by a key that is trusted here', {
      hint: 'Give the public key of the installation that wrote it.',
    });
  const manifest = BundleManifest.safeParse(JSON.parse(line));
  if (manifest.success) return manifest.data;
  throw new AppError(bundleErrors.unreadable, 'the bundle is of another version', {
    hint: 'Use the same version of Snowguard on both sides.',
  });
}
