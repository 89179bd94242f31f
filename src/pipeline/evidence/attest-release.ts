import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { Envelope, envelopeOf, inTotoType, openEnvelope } from '../../formats/in-toto/dsse.ts';
import { toIso } from '../../foundation/clock.ts';
import { jsonOrNull } from '../../foundation/json.ts';

const provenanceType = 'https://slsa.dev/provenance/v1';
const buildType = 'https://snowguard.dev/compose/v1';
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const gitId = z.string().regex(/^[0-9a-f]{40}$/);

const Approval = z.object({ by: z.string().max(200), at: z.iso.datetime(), reason: z.string().max(10_000) });

/** How a tree came to be approved; `observed`: reviews were not enforced when it was released. */
const Review = z.object({
  id: z.string().max(40),
  treeId: gitId,
  decision: z.enum(['accepted', 'broken-glass', 'observed']),
  class: z.enum(['proof', 'robot', 'people']).nullable(),
  approvals: z.array(Approval).max(100),
  detectors: z.array(z.string().max(10)).max(1000),
  derivations: z.object({ before: z.string().max(64), after: z.string().max(64) }).nullable(),
});

const Patch = z.object({
  commitId: gitId,
  subject: z.string().max(1000),
  fixes: z.array(z.string().max(100)).max(1000),
});

/**
 * SLSA provenance v1 (slsa.dev/spec/v1.0/provenance) in an in-toto Statement v1: which commit and tree the tarball was composed
 * of, on which upstream with which patches, and who approved that very tree.
 */
export const ReleaseStatement = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.object({ name: z.string().max(300), digest: z.object({ sha256 }) })).length(2),
  predicateType: z.literal(provenanceType),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.literal(buildType),
      externalParameters: z.object({
        organisation: z.string().max(100),
        flake: z.string().max(100),
        channel: z.string().max(100),
        version: z.string().max(200),
      }),
      internalParameters: z.object({
        treeId: gitId,
        lastModified: z.number(),
        patches: z.array(Patch).max(10_000),
        review: Review.nullable(),
      }),
      resolvedDependencies: z
        .array(z.object({ uri: z.string().max(1000), digest: z.object({ gitCommit: gitId }) }))
        .max(10),
    }),
    runDetails: z.object({
      builder: z.object({ id: z.string().max(500), version: z.record(z.string(), z.string()).optional() }),
      metadata: z.object({ invocationId: z.string().max(100), finishedOn: z.iso.datetime() }),
    }),
  }),
});
export type ReleaseStatement = z.infer<typeof ReleaseStatement>;

/** What a release is, as the stages know it. */
export interface AttestedRelease {
  readonly uuid: string;
  readonly organisation: string;
  readonly flake: string;
  readonly channel: string;
  readonly version: string;
  readonly commitId: string;
  readonly treeId: string;
  readonly lastModified: number;
  /** SRI. */
  readonly narHash: string;
  /** Hexadecimal, of the tarball. */
  readonly sha256: string;
  readonly publishedAt: number;
}

export function statementOf(given: {
  readonly release: AttestedRelease;
  readonly upstream: { readonly url: string; readonly commitId: string } | null;
  readonly patches: readonly z.infer<typeof Patch>[];
  readonly review: z.infer<typeof Review> | null;
  /** The address of the house. */
  readonly builder: string;
}): ReleaseStatement {
  const { release, upstream, patches, review, builder } = given;
  const { organisation, flake, channel, version, treeId, lastModified } = release;
  const narHash = Buffer.from(release.narHash.replace(/^sha256-/, ''), 'base64').toString('hex');
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: 'source.tar.gz', digest: { sha256: release.sha256 } },
      { name: 'source.nar', digest: { sha256: narHash } },
    ],
    predicateType: provenanceType,
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: { organisation, flake, channel, version },
        internalParameters: { treeId, lastModified, patches: [...patches], review },
        resolvedDependencies: [
          { uri: `git+${builder}/git/${channel}.git`, digest: { gitCommit: release.commitId } },
          ...(upstream === null ? [] : [{ uri: `git+${upstream.url}`, digest: { gitCommit: upstream.commitId } }]),
        ],
      },
      runDetails: {
        builder: { id: builder },
        metadata: { invocationId: release.uuid, finishedOn: toIso(release.publishedAt) },
      },
    },
  };
}

export function signStatement(statement: ReleaseStatement, key: KeyObject): Envelope {
  return envelopeOf({
    payloadType: inTotoType,
    payload: Buffer.from(JSON.stringify(statement)),
    keyId: keyIdOf(createPublicKey(key)),
    sign: (bytes) => sign(null, bytes, key),
  });
}

export type OpenedStatement =
  | { readonly kind: 'statement'; readonly statement: ReleaseStatement }
  | { readonly kind: 'untrusted' }
  | { readonly kind: 'malformed'; readonly message: string };

/** A statement that the key signed. Never throws, whatever the text is. */
export function openStatement(text: string, key: KeyObject): OpenedStatement {
  const parsed = Envelope.safeParse(jsonOrNull(text));
  if (!parsed.success) return { kind: 'malformed', message: 'it is not a DSSE envelope' };
  const payload = openEnvelope(parsed.data, (bytes, signature) => verify(null, bytes, key, signature));
  if (payload === null || parsed.data.payloadType !== inTotoType) return { kind: 'untrusted' };
  const statement = ReleaseStatement.safeParse(jsonOrNull(Buffer.from(payload).toString('utf8')));
  return statement.success
    ? { kind: 'statement', statement: statement.data }
    : { kind: 'malformed', message: z.prettifyError(statement.error).slice(0, 500) };
}

/** SHA-256 of the public key in its DER form, hexadecimal. */
export function keyIdOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}
