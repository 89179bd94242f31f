import type { Selectable } from 'kysely';
import { parseBaseName, type StorePath } from '../../../formats/nix/store-path.ts';
import { type CachedPath, type CacheId, type Compression, parseNarFileName, type StoredNar } from './model.ts';
import type { CacheTables } from './tables.ts';

type PathRow = Selectable<CacheTables['cache_path']>;

export function pathOfRow(row: PathRow): CachedPath {
  const file = parseNarFileName(row.file);
  return {
    cache: row.cache as CacheId,
    addedAt: row.added_at,
    addedBy: row.added_by,
    narInfo: {
      storePath: { hash: row.hash, name: row.name },
      url: `nar/${row.file}`,
      compression: row.compression ?? file?.compression ?? ('none' satisfies Compression),
      fileHash: file === null ? null : `sha256:${file.fileHash}`,
      fileSize: row.file_size,
      narHash: row.nar_hash,
      narSize: row.nar_size,
      references: pathsOf(row.refs),
      deriver: row.deriver === null ? null : parseBaseName(row.deriver),
      signatures: linesOf(row.signatures),
      contentAddress: row.content_address,
      more: linesOf(row.more ?? ''),
    },
  };
}

export function narOfRow(row: Selectable<CacheTables['cache_nar']>): StoredNar {
  return {
    cache: row.cache as CacheId,
    file: row.file,
    blob: row.blob,
    compression: (row.compression as Compression | null) ?? parseNarFileName(row.file)?.compression ?? 'none',
    fileSize: row.file_size,
    narHash: row.nar_hash,
    narSize: row.nar_size,
  };
}

/** The hashes of what a path refers to, without reading the names. */
export function hashesOf(refs: string): readonly string[] {
  return refs === '' ? [] : refs.split(' ').map((name) => name.slice(0, 32));
}

export function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}

function pathsOf(refs: string): readonly StorePath[] {
  return refs === '' ? [] : refs.split(' ').flatMap((name) => parseBaseName(name) ?? []);
}
