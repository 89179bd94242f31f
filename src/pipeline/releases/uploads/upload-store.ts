import type { Selectable, Transaction } from 'kysely';
import { simplifiedVersion } from '../../../formats/nix/flake-version.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Place, Release } from '../model.ts';
import { wordsOf, writeWords } from '../registry/words.ts';
import { keyOf, releaseOfRow, rowOfRelease } from '../rows.ts';
import type { ReleasesTables } from '../tables.ts';
import type { ExaminedTarball } from './examine-tarball.ts';
import type { Announcement } from './model.ts';

type Tables = ReleasesTables & JournalTables;

/** An announced upload. */
export interface Upload {
  readonly uuid: string;
  readonly secretHash: string;
  readonly announced: Announcement;
  readonly actor: string;
  readonly expiresAt: EpochMs;
}

/** Why an announced release cannot be; null when it can. */
export type Obstacle =
  | { readonly kind: 'existing'; readonly release: Release }
  | { readonly kind: 'refused'; readonly reason: string };

/** Notes an upload, unless something stands against it; gives the uuids of those that were never finished, now void. */
export function beginUpload(
  db: Database<Tables>,
  { upload, at }: { readonly upload: Upload; readonly at: EpochMs },
): Promise<Obstacle | { readonly kind: 'noted'; readonly expired: readonly string[] }> {
  return db.write(async (trx) => {
    const obstacle = await obstacleTo(trx, upload.announced);
    if (obstacle !== null) return obstacle;
    const expired = await trx.deleteFrom('release_upload').where('expires_at', '<=', at).returning('uuid').execute();
    await trx.insertInto('release_upload').values(rowOfUpload(upload)).execute();
    return { kind: 'noted', expired: expired.map(({ uuid }) => uuid) };
  });
}

export async function uploadOf(db: Database<Tables>, uuid: string, at: EpochMs): Promise<Upload | null> {
  const row = await db.read
    .selectFrom('release_upload')
    .selectAll()
    .where('uuid', '=', uuid)
    .where('expires_at', '>', at)
    .executeTakeFirst();
  return row === undefined ? null : uploadOfRow(row);
}

/** The upload becomes a release, with its flake's words and its event, all or nothing. Null: it was void by now. */
export function finishUpload(
  db: Database<Tables>,
  given: { readonly upload: Upload; readonly examined: ExaminedTarball; readonly at: EpochMs; readonly actor: string },
): Promise<Obstacle | { readonly kind: 'published'; readonly release: Release } | null> {
  const { upload, at, actor } = given;
  return db.write(async (trx) => {
    const open = await trx.deleteFrom('release_upload').where('uuid', '=', upload.uuid).returning('uuid').execute();
    const obstacle = await obstacleTo(trx, upload.announced);
    if (obstacle !== null) return obstacle;
    if (open.length === 0) return null;
    const { announced } = upload;
    const release = releaseOf(given);
    await trx.insertInto('release').values(rowOfRelease(release)).execute();
    await trx
      .insertInto('release_note')
      .values({
        release_uuid: release.uuid,
        description: announced.description,
        readme: announced.readme,
        repository: announced.repository,
        subdirectory: announced.subdirectory,
        spdx_identifier: announced.spdxIdentifier,
        mirrored: announced.mirrored ? 1 : 0,
        outputs: JSON.stringify(announced.outputs),
      })
      .execute();
    await writeWords(trx, { ...announced, at });
    await appendEvent(trx, {
      at,
      kind: 'release.published',
      subject: release.uuid,
      actor,
      payload: {
        uuid: release.uuid,
        organisation: release.organisation,
        flake: release.flake,
        channel: null,
        version: release.version,
        commitId: release.commitId,
        fixes: 0,
        visibility: announced.visibility,
      },
    });
    return { kind: 'published', release };
  });
}

async function obstacleTo(trx: Transaction<Tables>, announced: Announcement): Promise<Obstacle | null> {
  const name = `${announced.organisation}/${announced.flake}`;
  const ofFlake = (place: Place) =>
    trx
      .selectFrom('release')
      .selectAll()
      .where('organisation_key', '=', keyOf(place.organisation))
      .where('flake_key', '=', keyOf(place.flake));
  const channels = await ofFlake(announced).where('channel', '!=', '').limit(1).execute();
  if (channels.length > 0)
    return { kind: 'refused', reason: `${name} is published from a channel here, and takes no uploads` };
  const same = await ofFlake(announced)
    .where('version_key', '=', simplifiedVersion(announced.version))
    .executeTakeFirst();
  if (same !== undefined && same.version === announced.version)
    return { kind: 'existing', release: releaseOfRow(same, []) };
  if (same !== undefined)
    return {
      kind: 'refused',
      reason: `${name} has ${same.version} already, and ranges cannot tell ${announced.version} from it: raise the number`,
    };
  const words = await wordsOf(trx, announced);
  if (words !== null && words.visibility !== announced.visibility)
    return {
      kind: 'refused',
      reason: `${name} is ${words.visibility} and the upload says ${announced.visibility}: change the one or the other (snowguard flake visibility)`,
    };
  return null;
}

function releaseOf({ upload, examined, at }: Parameters<typeof finishUpload>[1]): Release {
  const { organisation, flake, version, commitId, commitCount, sizeBytes, sha256 } = upload.announced;
  return {
    uuid: upload.uuid,
    organisation,
    flake,
    channel: '',
    version,
    commitId,
    treeId: '',
    commitCount,
    ...examined,
    sizeBytes,
    sha256,
    publishedAt: at,
    yankedAt: null,
    fixes: [],
  };
}

function rowOfUpload({ uuid, secretHash, announced, actor, expiresAt }: Upload): ReleasesTables['release_upload'] {
  return {
    uuid,
    secret_hash: secretHash,
    organisation: announced.organisation,
    flake: announced.flake,
    version: announced.version,
    size_bytes: announced.sizeBytes,
    sha256: announced.sha256,
    body: JSON.stringify(announced),
    actor,
    expires_at: expiresAt,
  };
}

function uploadOfRow(row: Selectable<ReleasesTables['release_upload']>): Upload {
  return {
    uuid: row.uuid,
    secretHash: row.secret_hash,
    announced: JSON.parse(row.body) as Announcement,
    actor: row.actor,
    expiresAt: row.expires_at,
  };
}
