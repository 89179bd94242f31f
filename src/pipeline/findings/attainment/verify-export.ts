import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { messageOf } from '../../../foundation/errors.ts';
import { canonicalJson } from '../../../foundation/json.ts';
import type { SlaPolicy } from '../policy.ts';
import type { Fact } from '../sla/facts.ts';
import { replay } from '../sla/replay.ts';
import { attainmentOf } from './attainment.ts';
import { figuresOf, type PublishedCase } from './case-figures.ts';
import { ExportLine, type LineOf } from './export-line.ts';
import { ofMonth, signedText } from './write-export.ts';

export interface ExportReport {
  /** What differs, or is not as it should be, each in one sentence; empty: everything was recomputed and is the same. */
  readonly differences: readonly string[];
  /** How many differences there are beyond those listed. */
  readonly more: number;
  readonly cases: number;
  readonly rows: number;
  readonly misses: number;
  readonly sha256: string;
  /** `none`: unsigned; `unknown key`: it is in order, but nobody said that the key can be trusted. */
  readonly signature: 'none' | 'unknown key' | 'trusted key';
}

export const maxLineBytes = 4 * 1024 * 1024;
const mostListed = 100;

/** Computes every published figure of an export again, from its lines alone. `trusted`: whose signature is asked for. */
export async function verifyExport(
  lines: AsyncIterable<string>,
  { trusted }: { readonly trusted: KeyObject | null },
): Promise<ExportReport> {
  const differences: string[] = [];
  let more = 0;
  const differ = (text: string): void => {
    if (differences.length < mostListed) differences.push(text);
    else more += 1;
  };
  const digest = createHash('sha256');
  const found: Found = { policies: new Map(), cases: [], ids: new Set(), releases: [], seen: [], rows: [], misses: [] };
  let header: LineOf<'header'> | null = null;
  let end: LineOf<'end'> | null = null;
  let signature: LineOf<'signature'> | null = null;
  let count = 0;
  let number = 0;
  for await (const text of lines) {
    number += 1;
    const line = read(text);
    if (typeof line === 'string') {
      differ(`Line ${number} ${line}.`);
    } else if (end !== null) {
      if (line.kind === 'signature' && signature === null) signature = line;
      else differ(`Line ${number} stands behind the end.`);
      continue;
    } else if (line.kind === 'end') {
      end = line;
      continue;
    } else if (line.kind === 'header') {
      if (number === 1) header = line;
      else differ(`Line ${number} is a second header.`);
    } else if (line.kind === 'signature') differ(`Line ${number} signs what has not ended.`);
    else take(line, found, differ);
    digest.update(`${text}\n`);
    count += 1;
  }
  const sha256 = digest.digest('hex');
  if (header === null) differ('The first line is no header.');
  if (end === null) differ('The end is missing: the file is cut short.');
  else {
    if (end.sha256 !== sha256)
      differ(`The digest is ${sha256}, not ${end.sha256} as the end says: bytes were changed.`);
    if (end.lines !== count) differ(`There are ${count} lines, not ${end.lines} as the end says.`);
  }
  if (header !== null) compareAttainment(header, found, differ);
  return {
    differences,
    more,
    cases: found.cases.length,
    rows: found.rows.length,
    misses: found.misses.length,
    sha256,
    signature: checkSignature(signature, sha256, trusted, differ),
  };
}

interface Found {
  readonly policies: Map<string, SlaPolicy>;
  readonly cases: PublishedCase[];
  /** Of the cases. */
  readonly ids: Set<string>;
  readonly releases: LineOf<'release'>[];
  readonly seen: LineOf<'lock' | 'runs'>[];
  readonly rows: LineOf<'row'>[];
  readonly misses: LineOf<'miss'>[];
}

type Differ = (text: string) => void;

function read(text: string): ExportLine | string {
  if (Buffer.byteLength(text) > maxLineBytes) return `is larger than ${maxLineBytes} bytes`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is no JSON';
  }
  const parsed = ExportLine.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `has no known shape: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
  }
  // Two spellings of one meaning would let bytes change unseen by who reads the meaning only.
  return canonicalJson(value) === text ? parsed.data : 'is not written canonically';
}

function take(line: Exclude<ExportLine, LineOf<'header' | 'end' | 'signature'>>, found: Found, differ: Differ): void {
  switch (line.kind) {
    case 'policy':
      takePolicy(line, found, differ);
      return;
    case 'case':
      compareCase(line, found, differ);
      return;
    case 'release':
      found.releases.push(line);
      return;
    case 'lock':
    case 'runs':
      found.seen.push(line);
      return;
    case 'row':
      found.rows.push(line);
      return;
    case 'miss':
      found.misses.push(line);
  }
}

/** Cases are held to one text of a policy: two under one name would judge each by the kinder one. */
function takePolicy({ id, version, policy }: LineOf<'policy'>, { policies }: Found, differ: Differ): void {
  const name = `${id}/${version}`;
  if (policies.has(name)) differ(`The policy ${name} is there twice.`);
  else policies.set(name, policy as SlaPolicy);
}

function compareCase({ name, facts, figures }: LineOf<'case'>, found: Found, differ: Differ): void {
  const title = `Case ${name.id}, ${name.advisoryId} in ${name.attr} of ${name.channel}`;
  if (found.ids.has(name.id)) {
    differ(`${title} is there twice.`);
    return;
  }
  found.ids.add(name.id);
  const policy = found.policies.get(figures.policy);
  if (policy === undefined) {
    differ(`${title}: its policy ${figures.policy} is not in the export.`);
    return;
  }
  try {
    const own = facts as unknown as readonly Fact[];
    const recomputed = figuresOf(own, replay(own, policy));
    for (const text of differencesBetween(figures, recomputed)) differ(`${title}: ${text}`);
    found.cases.push({ name, figures: recomputed });
  } catch (error) {
    differ(`${title} cannot be replayed: ${messageOf(error).slice(0, 200)}.`);
  }
}

function compareAttainment(header: LineOf<'header'>, found: Found, differ: Differ): void {
  const { cases, releases, seen } = found;
  const { rows, misses } = ofMonth(attainmentOf({ cases, releases, seen, asOf: header.asOf }), header.month);
  compareAll<Named & Pick<LineOf<'row'>, 'channel' | 'band'>>(
    'Figures',
    found.rows.map(({ kind: _, ...row }) => row),
    rows,
    (row) => `${row.month}, ${String(row.channel ?? 'all lines')}, ${row.band}`,
    differ,
  );
  compareAll<Named & Pick<LineOf<'miss'>, 'name' | 'clock'>>(
    'The miss',
    found.misses.map(({ kind: _, ...miss }) => miss),
    misses,
    (miss) => `of case ${miss.name.id}, ${miss.clock}`,
    differ,
  );
}

interface Named {
  readonly month: string;
}

function compareAll<One extends Named>(
  what: string,
  published: readonly One[],
  recomputed: readonly One[],
  nameOf: (one: One) => string,
  differ: Differ,
): void {
  const left = new Map(recomputed.map((one) => [nameOf(one), one]));
  for (const one of published) {
    const name = nameOf(one);
    const other = left.get(name);
    left.delete(name);
    if (other === undefined) differ(`${what} ${name}: published, but nothing leads to it.`);
    else for (const text of differencesBetween(one, other)) differ(`${what} ${name}: ${text}`);
  }
  for (const name of left.keys()) differ(`${what} ${name}: not published.`);
}

/** `remediation.dueAt is published as 1, and recomputed as 2.` */
function differencesBetween(published: object, recomputed: object, path = ''): readonly string[] {
  const [left, right] = [published as Record<string, unknown>, recomputed as Record<string, unknown>];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) => {
    const [a, b] = [left[key], right[key]];
    if (canonicalJson([a]) === canonicalJson([b])) return [];
    const here = `${path}${key}`;
    if (isPlain(a) && isPlain(b)) return differencesBetween(a, b, `${here}.`);
    return [`${here} is published as ${shown(a)}, and recomputed as ${shown(b)}.`];
  });
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 100);
}

function checkSignature(
  line: LineOf<'signature'> | null,
  sha256: string,
  trusted: KeyObject | null,
  differ: Differ,
): ExportReport['signature'] {
  if (line === null) {
    if (trusted !== null) differ('It is not signed, and a signature was asked for.');
    return 'none';
  }
  const isTrusted =
    trusted !== null && trusted.export({ type: 'spki', format: 'der' }).toString('base64') === line.publicKey;
  if (trusted !== null && !isTrusted) differ('It is signed with another key than the one asked for.');
  if (!isSigned(line, sha256)) differ('The signature does not fit: bytes were changed after it was made.');
  return isTrusted ? 'trusted key' : 'unknown key';
}

function isSigned({ publicKey, signature }: LineOf<'signature'>, sha256: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), type: 'spki', format: 'der' });
    return verify(null, signedText(sha256), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
