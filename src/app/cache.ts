import path from 'node:path';
import type { ProposalTables, Visibility } from '../accounts/index.ts';
import type { Configuration } from '../config/index.ts';
import type { Clock } from '../foundation/clock.ts';
import type { RandomBytes } from '../foundation/ids.ts';
import type { CachePorts } from '../http/index.ts';
import type { JournalTables } from '../journal/index.ts';
import {
  acceptPath,
  type CacheKeys,
  type CacheTables,
  type CoverageTables,
  collectGarbage,
  createCacheKeys,
  createCacheStore,
  createCoverageStore,
  createExceptionStore,
  createInspectionThread,
  createKeyChanges,
  createPins,
  type KeyChanges,
  nextKeyName,
  receiveNar,
  receiveSideFile,
} from '../pipeline/releases/index.ts';
import type { BlobStore } from '../platform/blobs/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { Signer } from '../platform/signer/index.ts';
import { createKeyFiles } from '../platform/signer/key-files.ts';
import type { KeptCache } from '../worker/index.ts';

const mebibyte = 1024 * 1024;

/** The binary caches of a workspace. */
export interface WorkspaceCache {
  readonly kept: KeptCache;
  /** Which keys sign is decided by two people. */
  readonly keyChanges: KeyChanges;
  /** What the next key is called. */
  readonly nextKeyName: () => Promise<string>;
  readonly ports: CachePorts;
}

export function openCache(given: {
  readonly configuration: Configuration;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly db: Database<CacheTables & CoverageTables & ProposalTables & JournalTables>;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly visibilityOf: (place: { readonly organisation: string; readonly flake: string }) => Promise<Visibility>;
}): WorkspaceCache {
  const { configuration, db, blobs, clock, random } = given;
  const settings = configuration.cache;
  const store = createCacheStore(db);
  const signer = createKeyFiles({
    directory: path.resolve(given.folder, settings.keys),
    given: settings.secret_env === undefined ? '' : (given.environment[settings.secret_env] ?? ''),
  });
  const keys = createCacheKeys({ db, signer, random });
  const next = async () => nextKeyName(new URL(configuration.public_url).hostname, await keys.list(clock.now()));
  const narBytes = settings.maximum_nar_mb * mebibyte;
  const inspect = createInspectionThread();
  const archives = { blobs, inspect, bounds: { narBytes, fileBytes: narBytes } };
  const common = { store, blobs, clock, random };
  return {
    kept: {
      store,
      keys,
      pins: createPins(db),
      coverage: createCoverageStore(db),
      exceptions: createExceptionStore(db),
      minimum: configuration.releases.minimum_coverage,
      collect: (run) => collectGarbage({ ...run, db, blobs, keepUploadsMs: settings.keep_uploads }),
    },
    keyChanges: createKeyChanges({ db, keys }),
    nextKeyName: next,
    ports: {
      store,
      sizes: store.sizes,
      keys: () => keys.list(clock.now()),
      organisation: configuration.organisation,
      commonVisibility: settings.visibility,
      visibilityOf: given.visibilityOf,
      priority: settings.priority,
      receiveNar: (upload) => receiveNar({ ...common, ...archives, ...upload }),
      acceptPath: async (upload) =>
        acceptPath({ ...upload, store, archives, keys: await keysOf(signer, keys, next, clock), at: clock.now() }),
      receiveSideFile: (upload) => receiveSideFile({ ...common, ...upload }),
    },
  };
}

/** What is signed by nobody is refused by every client: the first upload makes the first key. */
async function keysOf(signer: Signer, keys: CacheKeys, next: () => Promise<string>, clock: Clock) {
  const there = await signer.keys();
  if (there.length > 0) return there;
  await keys.generate({ name: await next(), at: clock.now(), actor: 'robot' });
  return signer.keys();
}
