import { createPublicKey } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { Configuration } from '../config/index.ts';
import type { EvidencePort, RegistryReads } from '../http/index.ts';
import { type JournalTables, sequenceReader } from '../journal/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { WalkContext } from '../worker/index.ts';
import { attest } from './attestations.ts';
import { createPublishedFiles } from './published-files.ts';
import { exportKey } from './signing-keys.ts';
import { createVexDocuments } from './vex-documents.ts';

/** Statements are made when they are first asked for and kept from then on: what was true at the release stays. */
export function evidencePortOf(given: {
  readonly folder: string;
  readonly context: WalkContext;
  readonly configuration: Configuration;
  readonly database: Database<JournalTables>;
  readonly registry: Pick<RegistryReads, 'current'>;
}): EvidencePort {
  const { folder, context, configuration, database } = given;
  return {
    attestation: async (uuid) => {
      const release = await context.releases.releaseByUuid(uuid);
      if (release === null) return null;
      const key = `releases/${uuid}.attestation.json`;
      const stored = await context.blobs.get(key);
      if (stored !== null) return text(stored.stream);
      const made = await attest(context, {
        release,
        key: await exportKey(folder),
        publicUrl: configuration.public_url,
      });
      if (made !== null) await context.blobs.put(key, Buffer.from(made));
      return made;
    },
    vex: createVexDocuments({
      findings: context.findings,
      newest: sequenceReader(database),
      clock: context.clock,
      author: configuration.organisation,
      publicUrl: configuration.public_url,
      channels: context.channels.map(({ id }) => id),
    }),
    published: createPublishedFiles({ ...given, clock: context.clock }),
    publicKey: async () => String(createPublicKey(await exportKey(folder)).export({ type: 'spki', format: 'pem' })),
  };
}
