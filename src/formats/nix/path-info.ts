import { z } from 'zod';

/**
 * What `nix path-info -r --json` prints, a closure in the store. Up to 2.18 a list, then an object by path, since 2.33 with
 * base names under `info`:
 *
 *     { "/nix/store/4mzr…-curl-8.17.0": { "deriver": "/nix/store/0ab1…-curl-8.17.0.drv", "narHash": "sha256-…",
 *                                        "references": ["/nix/store/1b9p…-openssl-3.5.4"] } }
 *
 * https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-path-info
 */
export interface PathInfo {
  readonly path: string;
  readonly deriver: string | null;
  readonly references: readonly string[];
}

const path = z.string().max(500);
const entry = z.object({ deriver: path.nullish(), references: z.array(path).max(100_000) });
// A path that is not valid is null.
const byPath = z.record(path, entry.nullable());
const listed = z.array(entry.extend({ path }));
const wrapped = z.object({ version: z.number(), info: byPath });

/** Null for JSON of any other shape. */
export function readPathInfo(json: unknown): readonly PathInfo[] | null {
  const list = listed.safeParse(json);
  if (list.success) return list.data.map(({ path: own, ...rest }) => infoOf(own, rest));
  const record = wrapped.safeParse(json).data?.info ?? byPath.safeParse(json).data;
  if (
    record === undefined ||
    Object.keys(record).length === 0 ||
    !Object.keys(record).every((key) => /^(?:\/nix\/store\/)?[0-9a-z]{32}-/.test(key))
  )
    return null;
  return Object.entries(record).flatMap(([own, info]) => (info === null ? [] : [infoOf(own, info)]));
}

function infoOf(own: string, { deriver, references }: z.infer<typeof entry>): PathInfo {
  return {
    path: inStore(own),
    deriver: deriver == null ? null : inStore(deriver),
    references: references.map(inStore),
  };
}

export function inStore(name: string): string {
  return name.startsWith('/') ? name : `/nix/store/${name}`;
}
