/**
 * The export of what is published about the promise: JSON lines, so that anyone can compute it again. For example:
 * {"kind":"header","schema":"snowguard-sla-export/1","asOf":1804000000000,"month":null}
 * {"kind":"policy","id":"standard","version":1,"policy":{…}}
 * {"kind":"case","name":{"id":"7","advisoryId":"CVE-2027-1",…},"facts":[…],"figures":{…}}
 * {"kind":"release",…} {"kind":"lock",…} {"kind":"runs",…} {"kind":"row",…} {"kind":"miss",…}
 * {"kind":"end","lines":5,"sha256":"…"} over all bytes before it, then, where there is a key,
 * {"kind":"signature","algorithm":"ed25519","publicKey":"…","signature":"…"}. docs/operating/sla.md defines it.
 */
import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { EpochMs } from '../../../foundation/clock.ts';
import { canonicalJson } from '../../../foundation/json.ts';
import type { SlaPolicy } from '../policy.ts';
import type { Fact } from '../sla/facts.ts';
import type { ReleasedFix, Seen } from './adoption.ts';
import { type Attainment, attainmentOf } from './attainment.ts';
import type { PublishedCase } from './case-figures.ts';

export const exportSchema = 'snowguard-sla-export/1';

export interface ExportedCase extends PublishedCase {
  readonly facts: readonly Fact[];
}

export interface ExportSources {
  readonly asOf: EpochMs;
  readonly policies: readonly { readonly id: string; readonly version: number; readonly policy: SlaPolicy }[];
  readonly releases: readonly ReleasedFix[];
  readonly seen: readonly Seen[];
  readonly cases: AsyncIterable<ExportedCase>;
}

/** Each with its line feed. Canonical JSON: equal figures are equal bytes. */
export async function* exportLines(
  sources: ExportSources,
  { month, key }: { readonly month: string | null; readonly key: KeyObject | null },
): AsyncGenerator<string> {
  const digest = createHash('sha256');
  let lines = 0;
  const line = (value: object): string => {
    const text = `${canonicalJson(value)}\n`;
    digest.update(text);
    lines += 1;
    return text;
  };
  const { asOf, policies, releases, seen } = sources;
  yield line({ kind: 'header', schema: exportSchema, asOf, month });
  for (const policy of policies) yield line({ kind: 'policy', ...policy });
  for (const release of releases) yield line({ kind: 'release', ...release });
  for (const one of seen) yield line(one);
  const cases: PublishedCase[] = [];
  for await (const { name, facts, figures } of sources.cases) {
    cases.push({ name, figures });
    yield line({ kind: 'case', name, facts, figures });
  }
  const { rows, misses } = ofMonth(attainmentOf({ cases, releases, seen, asOf }), month);
  for (const row of rows) yield line({ kind: 'row', ...row });
  for (const miss of misses) yield line({ kind: 'miss', ...miss });
  const sha256 = digest.digest('hex');
  yield `${canonicalJson({ kind: 'end', lines, sha256 })}\n`;
  if (key !== null) yield `${canonicalJson(signatureOf(key, sha256))}\n`;
}

/** The rows and misses of one month; null: of all. */
export function ofMonth({ rows, misses }: Attainment, month: string | null): Pick<Attainment, 'rows' | 'misses'> {
  const isWanted = (one: { readonly month: string }) => month === null || one.month === month;
  return { rows: rows.filter(isWanted), misses: misses.filter(isWanted) };
}

/** What a signature is made over. */
export function signedText(sha256: string): Buffer {
  return Buffer.from(`${exportSchema}\n${sha256}\n`);
}

function signatureOf(key: KeyObject, sha256: string) {
  return {
    kind: 'signature',
    algorithm: 'ed25519',
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64'),
    signature: sign(null, signedText(sha256), key).toString('base64'),
  };
}
