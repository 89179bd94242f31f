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
const wrapped = z.object({ version: z.number(), info: z.record(z.string(), z.unknown()) });

/** Null for JSON of any other shape; the first entry that is none ends it, so that a large one costs no list of what is wrong. */
export function readPathInfo(json: unknown): readonly PathInfo[] | null {
  if (Array.isArray(json)) return every(json, (one: unknown) => readListed(one));
  if (typeof json !== 'object' || json === null) return null;
  const byPath: Readonly<Record<string, unknown>> =
    wrapped.safeParse(json).data?.info ?? (json as Readonly<Record<string, unknown>>);
  const paths = Object.keys(byPath);
  const found = every(paths, (own) => {
    const info = byPath[own];
    if (own.length > 500 || !/^(?:\/nix\/store\/)?[0-9a-z]{32}-/.test(own)) return null;
    // A path that is not valid is null.
    if (info === null) return [];
    const read = entry.safeParse(info);
    return read.success ? [infoOf(own, read.data)] : null;
  });
  return paths.length === 0 ? null : (found?.flat() ?? null);
}

const listed = entry.extend({ path });

function readListed(one: unknown): PathInfo | null {
  const read = listed.safeParse(one);
  return read.success ? infoOf(read.data.path, read.data) : null;
}

function every<Item, Read>(items: readonly Item[], read: (item: Item) => Read | null): readonly Read[] | null {
  const found: Read[] = [];
  for (const item of items) {
    const one = read(item);
    if (one === null) return null;
    found.push(one);
  }
  return found;
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
