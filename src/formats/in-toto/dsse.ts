/**
 * A signed statement in a Dead Simple Signing Envelope:
 *
 *     {"payloadType":"application/vnd.in-toto+json","payload":"eyJfdHlwZSI6…","signatures":[{"keyid":"9f86…","sig":"MEUC…"}]}
 *
 * What is signed is not the payload but its pre-authentication encoding. Definition: github.com/secure-systems-lab/dsse
 * (protocol.md, envelope.md, version 1.0.2).
 */
import { z } from 'zod';

export const inTotoType = 'application/vnd.in-toto+json';

const maxPayload = 16 * 1024 * 1024;

export const Envelope = z.object({
  payloadType: z.string().max(200),
  payload: z.base64().max(maxPayload),
  signatures: z
    .array(z.object({ keyid: z.string().max(200).default(''), sig: z.base64().max(10_000) }))
    .min(1)
    .max(20),
});
export type Envelope = z.infer<typeof Envelope>;

/** `DSSEv1 28 application/vnd.in-toto+json 17 {"_type":"https…`: lengths in bytes. */
export function paeOf(payloadType: string, payload: Uint8Array): Uint8Array {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `),
    payload,
  ]);
}

export function envelopeOf(given: {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly keyId: string;
  readonly sign: (bytes: Uint8Array) => Uint8Array;
}): Envelope {
  const { payloadType, payload, keyId, sign } = given;
  return {
    payloadType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: [{ keyid: keyId, sig: Buffer.from(sign(paeOf(payloadType, payload))).toString('base64') }],
  };
}

/** The payload, once a signature holds under `verify`; null when none does. */
export function openEnvelope(
  envelope: Envelope,
  verify: (bytes: Uint8Array, signature: Uint8Array) => boolean,
): Uint8Array | null {
  const payload = Buffer.from(envelope.payload, 'base64');
  const bytes = paeOf(envelope.payloadType, payload);
  return envelope.signatures.some(({ sig }) => verify(bytes, Buffer.from(sig, 'base64'))) ? payload : null;
}
