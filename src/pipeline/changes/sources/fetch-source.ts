import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseNixHash, sriOf } from '../../../formats/nix/hash.ts';
import { messageOf } from '../../../foundation/errors.ts';
import type { Source } from '../../catalog/index.ts';
import { keepArchive, rememberedSource, rememberSource } from './keep-source.ts';
import type { KeptSource, NotLooked, SourceDesk } from './model.ts';
import { sourcePlaces } from './source-places.ts';

const mostBytes = 512 * 1024 * 1024;
const fetchMs = 10 * 60_000;
const mostPlaces = 2;

/** What a declared digest is of: the archive's bytes, or the unpacked folder. */
export type Recipe = 'flat' | 'folder';

/** What one place gave. */
export interface FreshFetch {
  /** The host. */
  readonly place: string;
  readonly flat: string;
  readonly kept: KeptSource;
  /** By which recipe it has the declared digest; null: by none. */
  readonly agrees: Recipe | null;
}

/** A source fetched anew from at most two hosts, and why others gave nothing. */
export async function fetchFresh(
  desk: SourceDesk,
  source: Source,
): Promise<{ readonly fetches: readonly FreshFetch[]; readonly refused: readonly string[] }> {
  const fetches: FreshFetch[] = [];
  const refused: string[] = [];
  for (const url of sourcePlaces(source, desk.settings)) {
    if (fetches.length >= mostPlaces) break;
    const fetched = await fetchFrom(desk, source, url, fetches);
    if ('kind' in fetched) refused.push(fetched.why);
    else fetches.push(fetched);
  }
  const good = fetches.find(({ agrees }) => agrees !== null);
  if (good !== undefined && source.hash !== null) await rememberSource(desk, keyOf(source.hash), good.kept);
  return { fetches, refused };
}

/** A source that was held against its digest before, or is now. */
export async function knownSource(
  desk: SourceDesk,
  source: Source,
): Promise<(Pick<FreshFetch, 'kept'> & { readonly recipe: Recipe | null }) | NotLooked> {
  const known = source.hash === null ? null : await rememberedSource(desk, keyOf(source.hash));
  if (known !== null) return { kept: known, recipe: known.narHash === canonical(source.hash) ? 'folder' : 'flat' };
  const { fetches, refused } = await fetchFresh(desk, source);
  const good = fetches.find(({ agrees }) => agrees !== null);
  if (good !== undefined) return { kept: good.kept, recipe: good.agrees };
  return {
    kind: 'not',
    why: `the source before, ${source.name}: ${refused[0] ?? 'it cannot be had as it was declared'}`,
  };
}

async function fetchFrom(
  desk: SourceDesk,
  source: Source,
  url: string,
  others: readonly FreshFetch[],
): Promise<FreshFetch | NotLooked> {
  const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-source-'));
  try {
    const file = path.join(folder, 'archive');
    const flat = await download(desk, url, file, source.hash);
    const place = new URL(url).host;
    const same = others.find((other) => other.flat === flat);
    const kept = same?.kept ?? (await keepArchive(desk, file, source.name));
    const declared = canonical(source.hash);
    const agrees = flat === declared ? 'flat' : kept.narHash === declared ? 'folder' : null;
    return { place, flat, kept, agrees };
  } catch (error) {
    desk.signal.throwIfAborted();
    return { kind: 'not', why: `${source.name}: ${messageOf(error).slice(0, 300)}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes what an address gives to a file; the digest, by the algorithm of the declared one. */
async function download(
  { fetcher, signal }: SourceDesk,
  url: string,
  file: string,
  declared: string | null,
): Promise<string> {
  const answer = await fetcher.fetch({ url, maxBytes: mostBytes, timeoutMs: fetchMs, signal });
  if (answer.kind !== 'content') throw new Error(answer.kind === 'refused' ? answer.message : `${url} gave nothing`);
  const algorithm = (declared === null ? null : parseNixHash(declared)?.algorithm) ?? 'sha256';
  const hash = createHash(algorithm);
  const measured = new PassThrough();
  measured.on('data', (chunk: Buffer) => hash.update(chunk));
  await pipeline(answer.body, measured, createWriteStream(file));
  return sriOf({ algorithm, bytes: hash.digest() });
}

/** In one encoding. */
function canonical(hash: string | null): string | null {
  const parsed = hash === null ? null : parseNixHash(hash);
  return parsed === null ? null : sriOf(parsed);
}

function keyOf(hash: string): string {
  return createHash('sha256')
    .update(canonical(hash) ?? hash)
    .digest('hex');
}
