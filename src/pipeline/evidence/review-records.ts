import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import { Envelope, envelopeOf, inTotoType, openEnvelope } from '../../formats/in-toto/dsse.ts';
import { toIso } from '../../foundation/clock.ts';
import { jsonOrNull } from '../../foundation/json.ts';
import { decisionOf, type Review, type ReviewAct, reviewActKinds } from '../changes/index.ts';
import { keyIdOf } from './attest-release.ts';

const predicateType = 'https://snowguard.dev/review/v1';
const first = '0'.repeat(64);

const Act = z.object({
  kind: z.enum(reviewActKinds),
  by: z.string(),
  roles: z.array(z.string()),
  treeId: z.string(),
  reason: z.string(),
  at: z.number(),
  until: z.number().nullable(),
});

/** One review with all that was seen and done, and the digest of the record before it. */
const ReviewStatement = z.object({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z.array(z.object({ name: z.string(), digest: z.object({ gitTree: z.string() }) })).length(1),
  predicateType: z.literal(predicateType),
  predicate: z.object({
    previous: z.string().regex(/^[0-9a-f]{64}$/),
    review: z.object({ id: z.string(), channel: z.string(), treeId: z.string(), state: z.string() }).loose(),
    acts: z.array(Act),
    exportedAt: z.iso.datetime(),
  }),
});

/** Lines of JSON, one signed record a review, each chained to the one before; oldest first. */
export function reviewRecords(given: {
  readonly reviews: readonly { readonly review: Review; readonly acts: readonly ReviewAct[] }[];
  readonly key: KeyObject;
  readonly at: number;
}): readonly string[] {
  const { reviews, key, at } = given;
  const keyId = keyIdOf(createPublicKey(key));
  let previous = first;
  return reviews.map(({ review, acts }) => {
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: review.candidate, digest: { gitTree: review.treeId } }],
      predicateType,
      predicate: { previous, review, acts, exportedAt: toIso(at) },
    };
    const payload = Buffer.from(JSON.stringify(statement));
    const line = JSON.stringify(
      envelopeOf({ payloadType: inTotoType, payload, keyId, sign: (bytes) => sign(null, bytes, key) }),
    );
    previous = digestOf(line);
    return line;
  });
}

export interface RecordFault {
  /** Of the line, from 1. */
  readonly line: number;
  readonly says: string;
}

/** Reads exported records again: signatures, the chain, and whether what was accepted follows from its acts. */
export function checkRecords(lines: readonly string[], key: KeyObject): readonly RecordFault[] {
  let previous = first;
  const approved = new Set<string>();
  return lines.flatMap((line, index): readonly RecordFault[] => {
    const faults = faultsOf(line, { previous, key, approved });
    previous = digestOf(line);
    return faults.map((says) => ({ line: index + 1, says }));
  });
}

/** `approved` grows with each record: who approved which patches. What is carried over was approved in an older review. */
function faultsOf(
  line: string,
  given: { readonly previous: string; readonly key: KeyObject; readonly approved: Set<string> },
): readonly string[] {
  const { previous, key, approved } = given;
  const envelope = Envelope.safeParse(jsonOrNull(line));
  if (!envelope.success) return ['it is not a signed record'];
  const payload = openEnvelope(envelope.data, (bytes, signature) => verify(null, bytes, key, signature));
  if (payload === null) return ['no signature of this key holds'];
  const statement = ReviewStatement.safeParse(jsonOrNull(Buffer.from(payload).toString('utf8')));
  if (!statement.success) return ['it is not a record of a review'];
  const { review, acts, previous: stated } = statement.data.predicate;
  const decision = decisionOf(review as unknown as Review, acts as readonly ReviewAct[], Number.MAX_SAFE_INTEGER);
  const follows = decision.kind === 'accepted' || decision.kind === 'broken-glass';
  const mark = (by: string) => JSON.stringify([review.patchKey, by]);
  for (const { kind, by } of acts) if (kind === 'approved') approved.add(mark(by));
  const unknown = acts.filter(({ kind, by }) => kind === 'carried' && !approved.has(mark(by)));
  return [
    ...unknown.map(({ by }) => `what ${by} is said to have approved elsewhere is not among these records`),
    ...(stated === previous ? [] : ['it does not follow the record before it: one is lost, added or moved']),
    ...(review.state === 'accepted' && !follows ? [`review ${review.id} is accepted, which its acts do not give`] : []),
  ];
}

function digestOf(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}
