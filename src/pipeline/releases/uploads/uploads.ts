import { createHash, timingSafeEqual } from 'node:crypto';
import { pipeline, type Readable, Transform } from 'node:stream';
import { parseFlakeVersion } from '../../../formats/nix/flake-version.ts';
import type { Clock } from '../../../foundation/clock.ts';
import { AppError } from '../../../foundation/errors.ts';
import { type RandomBytes, uuidV7 } from '../../../foundation/ids.ts';
import type { JournalTables } from '../../../journal/index.ts';
import type { BlobStore } from '../../../platform/blobs/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Place } from '../model.ts';
import { nameFault } from '../name-fault.ts';
import { tarballKey } from '../publish-release.ts';
import { labelFault, tidyLabels } from '../registry/describe-flake.ts';
import { keyOf } from '../rows.ts';
import { createReleaseStore } from '../store.ts';
import type { ReleasesTables } from '../tables.ts';
import { tarballFault } from './byte-reader.ts';
import { examineTarball } from './examine-tarball.ts';
import type { Announcement, BeginOutcome, FinishOutcome, ReceiveOutcome } from './model.ts';
import { beginUpload, finishUpload, uploadOf } from './upload-store.ts';

/** Releases that others make: announced, sent, examined, and only then seen. */
export interface Uploads {
  readonly begin: (announced: Announcement, actor: string) => Promise<BeginOutcome>;
  /** The packed bytes; what differs from the announced ones is not kept. */
  readonly receive: (uuid: string, secret: string, content: Readable) => Promise<ReceiveOutcome>;
  /** The flake that an upload is for, while it is open or when it is published. */
  readonly placeOf: (uuid: string) => Promise<Place | null>;
  /** Again gives the first release. */
  readonly finish: (uuid: string, actor: string) => Promise<FinishOutcome>;
}

/** How long a begun upload may take; its version is never blocked by it. */
const lifetimeMs = 3_600_000;
export const maxTarballBytes = 512 * 1024 ** 2;

export function createUploads(given: {
  readonly db: Database<ReleasesTables & JournalTables>;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** The flakes that channels are published as: they take no uploads. */
  readonly kept: readonly Place[];
}): Uploads {
  const { db, blobs, clock, random, kept } = given;
  const store = createReleaseStore(db);

  return {
    begin: async (announced, actor) => {
      const reason = faultOf(announced, kept);
      if (reason !== null) return { kind: 'refused', reason };
      const uuid = uuidV7(clock.now(), random);
      const secret = Buffer.from(random(32)).toString('base64url');
      const at = clock.now();
      const upload = {
        uuid,
        secretHash: digest(secret),
        announced: { ...announced, labels: tidyLabels(announced.labels) },
        actor,
        expiresAt: at + lifetimeMs,
      };
      const outcome = await beginUpload(db, { upload, at });
      if (outcome.kind !== 'noted') return outcome;
      for (const old of outcome.expired) await blobs.remove(tarballKey({ uuid: old }));
      return { kind: 'begun', uuid, secret };
    },

    receive: async (uuid, secret, content) => {
      const upload = await uploadOf(db, uuid, clock.now());
      if (!isSame(secret, upload?.secretHash) || upload === null) return { kind: 'unknown' };
      try {
        // Who fails is told by the store, which reads the end of the line.
        await blobs.put(
          tarballKey(upload),
          pipeline(content, asAnnounced(upload.announced), () => {}),
        );
        return { kind: 'stored' };
      } catch (error) {
        if (content.errored !== null && !isFault(content.errored)) return { kind: 'refused', reason: 'it was cut off' };
        if (isFault(error)) return { kind: 'refused', reason: error.message };
        throw error;
      }
    },

    placeOf: async (uuid) => (await uploadOf(db, uuid, clock.now()))?.announced ?? (await store.releaseByUuid(uuid)),

    finish: async (uuid, actor) => {
      const upload = await uploadOf(db, uuid, clock.now());
      if (upload === null) {
        const release = await store.releaseByUuid(uuid);
        return release === null ? { kind: 'unknown' } : { kind: 'existing', release };
      }
      const blob = await blobs.get(tarballKey(upload));
      if (blob === null) return { kind: 'refused', reason: 'its tarball was not sent yet' };
      const examined = await examineAsAnnounced(blob.stream, upload.announced);
      if (examined.kind === 'refused') return examined;
      const outcome = await finishUpload(db, { upload, examined: examined.facts, at: clock.now(), actor });
      if (outcome?.kind === 'published') return outcome;
      const release = await store.releaseByUuid(uuid);
      if (release !== null) return { kind: 'existing', release };
      // Another upload of the version was faster, or it came too late.
      await blobs.remove(tarballKey(upload));
      return outcome ?? { kind: 'unknown' };
    },
  };
}

async function examineAsAnnounced(stream: Readable, { subdirectory }: Announcement) {
  const flakeFile = subdirectory === null ? 'flake.nix' : `${subdirectory}/flake.nix`;
  try {
    return { kind: 'fine', facts: await examineTarball(stream, { flakeFile }) } as const;
  } catch (error) {
    if (isFault(error))
      return { kind: 'refused', reason: `the tarball cannot be published: ${error.message}` } as const;
    throw error;
  }
}

function faultOf(announced: Announcement, kept: readonly Place[]): string | null {
  const { organisation, flake, version, commitId, commitCount, sizeBytes, sha256, subdirectory, labels } = announced;
  const name = nameFault(organisation) ?? nameFault(flake);
  if (name !== null) return `${name.reason}: ${name.hint}`;
  if (kept.some((place) => keyOf(place.organisation) === keyOf(organisation) && keyOf(place.flake) === keyOf(flake)))
    return `${organisation}/${flake} is published from a channel here, and takes no uploads`;
  if (parseFlakeVersion(version) === null)
    return `${JSON.stringify(version.slice(0, 60))} is not a full version such as 1.2.3 or 0.1.42+rev-4f3c2a`;
  if (!/^[0-9a-f]{40}$/.test(commitId)) return 'the revision is not the 40 digits of a commit';
  if (!Number.isSafeInteger(commitCount) || commitCount < 0 || commitCount > 2 ** 31 - 1)
    return 'the number of commits is none';
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 1) return 'the size of the tarball is none';
  if (sizeBytes > maxTarballBytes) return `the tarball has more than ${maxTarballBytes} bytes`;
  if (!/^[0-9a-f]{64}$/.test(sha256)) return 'the hash is not a SHA-256 in base64';
  if (subdirectory?.split('/').some((part) => part === '' || part === '.' || part === '..'))
    return 'the subdirectory is not a plain path below the top';
  return labelFault(labels);
}

/** Passes on what is as long and as announced, and fails at the last byte otherwise, before anything is kept. */
function asAnnounced({ sizeBytes, sha256 }: Announcement): Transform {
  const hash = createHash('sha256');
  let seen = 0;
  return new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => {
      seen += chunk.length;
      hash.update(chunk);
      if (seen > sizeBytes) done(new AppError(tarballFault, `it has more than the ${sizeBytes} bytes announced`));
      else done(null, chunk);
    },
    flush: (done) => {
      if (seen !== sizeBytes) done(new AppError(tarballFault, `it has ${seen} bytes, announced were ${sizeBytes}`));
      else if (hash.digest('hex') !== sha256) done(new AppError(tarballFault, 'its SHA-256 is not the one announced'));
      else done();
    },
  });
}

function isFault(error: unknown): error is AppError {
  return error instanceof AppError && error.code === tarballFault.code;
}

function isSame(secret: string, stored: string | undefined): boolean {
  const same = timingSafeEqual(Buffer.from(digest(secret)), Buffer.from(stored ?? digest('')));
  return same && stored !== undefined;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
