import type { Clock } from '../../../foundation/clock.ts';
import { type RandomBytes, uuidV7 } from '../../../foundation/ids.ts';
import { jsonOrNull } from '../../../foundation/json.ts';
import type { BlobStore } from '../../../platform/blobs/index.ts';
import type { CacheId, SideKind } from './model.ts';
import type { CacheStore } from './store.ts';

/** Keeps a small file; a newer one of the same name takes its place. */
export async function receiveSideFile(given: {
  readonly store: CacheStore;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly cache: CacheId;
  readonly kind: SideKind;
  readonly name: string;
  readonly content: Uint8Array;
}): Promise<void> {
  const { store, blobs, clock, cache, kind, name } = given;
  const at = clock.now();
  const blob = `cache/${cache}/${kind}/${uuidV7(at, given.random)}`;
  await store.beginUpload({ blob, cache, at });
  const { sizeBytes } = await blobs.put(blob, given.content);
  const before = await store.putSideFile({ cache, kind, name, blob, sizeBytes }, at);
  if (before !== null) await blobs.remove(before);
}

/** Whether a file of this kind may have this name, and hold this: what Nix writes, and nothing that leads elsewhere. */
export function sideFileFault(kind: SideKind, name: string, content: Uint8Array): string | null {
  const shape = names[kind];
  if (!shape.test(name)) return `not a name of ${kind}`;
  if (kind === 'log') return null;
  const value = jsonOrNull(Buffer.from(content).toString('utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'not a JSON object';
  if (kind !== 'debuginfo') return null;
  const { archive, member } = value as Readonly<Record<string, unknown>>;
  const leadsIn =
    typeof archive === 'string' &&
    /^\.\.\/nar\/[A-Za-z0-9.]{1,100}$/.test(archive) &&
    typeof member === 'string' &&
    member.length < 4096 &&
    !member.split('/').includes('..');
  return leadsIn ? null : 'archive must be ../nar/NAME and member a path in it';
}

const baseName = '[0-9a-df-np-sv-z]{32}-[A-Za-z0-9+._?=-]{1,211}';
const names: Readonly<Record<SideKind, RegExp>> = {
  log: new RegExp(`^${baseName}$`),
  debuginfo: /^[0-9a-f]{2,128}(?:\.debug)?$/,
  realisations: /^sha256:[0-9a-f]{64}![A-Za-z0-9+._?=-]{1,211}\.doi$/,
  'build-trace-v2': new RegExp(`^${baseName}/[A-Za-z0-9+._?=-]{1,211}\\.doi$`),
};
