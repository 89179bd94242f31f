import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../../foundation/json.ts';
import type { Fact } from '../sla/facts.ts';
import { replay } from '../sla/replay.ts';
import { answered, at, cna, done, fact, opened, strictPolicy } from '../sla/testing.ts';
import { figuresOf } from './case-figures.ts';
import { verifyExport } from './verify-export.ts';
import { type ExportedCase, exportLines } from './write-export.ts';

const keys = generateKeyPairSync('ed25519');

function exported(id: string, facts: readonly Fact[]): ExportedCase {
  const name = { id, advisoryId: `CVE-2027-${id}`, attr: 'xz', channel: 'rolling' };
  return { name, facts, figures: figuresOf(facts, replay(facts, strictPolicy)) };
}

const cases = [
  exported('1', [...opened('critical'), ...answered('03-02 20:00'), ...done('03-09 12:00')]),
  exported('2', [...opened('high'), cna('03-05 00:00', 9.8), ...done('03-08 00:00')]),
  exported('3', [...opened('medium', '02-20 00:00'), fact('02-21 00:00', { kind: 'retracted', reason: 'rejected' })]),
];

async function lines(key: KeyObject | null = null, month: string | null = null): Promise<readonly string[]> {
  async function* each() {
    yield* cases;
  }
  const flake = 'acme/secure';
  const sources = {
    asOf: at('04-10 00:00'),
    policies: [{ id: 'standard', version: 1, policy: strictPolicy }],
    releases: [{ flake, channel: 'rolling', version: '0.1.2', publishedAt: at('03-08 00:00'), band: 'high' as const }],
    seen: [
      { kind: 'lock' as const, consumer: 'web', flake, version: '0.1.1', at: at('03-01 00:00') },
      { kind: 'lock' as const, consumer: 'web', flake, version: '0.1.2', at: at('03-11 00:00') },
      { kind: 'runs' as const, consumer: 'mail', flake, lacks: ['0.1.2'], at: at('03-05 00:00') },
      { kind: 'runs' as const, consumer: 'mail', flake, lacks: [], at: at('03-13 00:00') },
    ],
    cases: each(),
  };
  const all: string[] = [];
  for await (const line of exportLines(sources, { month, key })) all.push(line);
  return all;
}

async function check(text: readonly string[], trusted: KeyObject | null = null) {
  async function* each() {
    for (const line of text) yield line.replace(/\n$/, '');
  }
  return verifyExport(each(), { trusted });
}

/** As a forger would: the end is made to fit. */
function resealed(text: readonly string[]): readonly string[] {
  const body = text.filter((line) => !/"kind":"(end|signature)"/.test(line));
  const sha256 = createHash('sha256').update(body.join('')).digest('hex');
  return [...body, `${canonicalJson({ kind: 'end', lines: body.length, sha256 })}\n`];
}

describe('an export', () => {
  test('is recomputed without a difference, of all or of one month, signed or not', async () => {
    expect(await check(await lines())).toMatchObject({ differences: [], cases: 3, signature: 'none' });
    const march = await check(await lines(null, '2027-03'));
    expect(march).toMatchObject({ differences: [], rows: 2 });
    const signed = await lines(keys.privateKey);
    expect((await check(signed)).signature).toBe('unknown key');
    expect(await check(signed, keys.publicKey)).toMatchObject({ differences: [], signature: 'trusted key' });
  });

  test('a byte changed anywhere is found', async () => {
    const text = (await lines(keys.privateKey)).join('');
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), async (place, code) => {
        const byte = String.fromCharCode(code);
        fc.pre(text[place] !== byte);
        const changed = text.slice(0, place) + byte + text.slice(place + 1);
        const report = await check(
          changed.split('\n').slice(0, changed.endsWith('\n') ? -1 : undefined),
          keys.publicKey,
        );
        expect(report.differences).not.toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  test('a line lost, doubled or moved is found', async () => {
    const text = await lines(keys.privateKey);
    for (const [index] of text.entries()) {
      const without = text.toSpliced(index, 1);
      const twice = text.toSpliced(index, 0, text[index] ?? '');
      for (const changed of [without, twice])
        expect((await check(changed, keys.publicKey)).differences, `line ${index}`).not.toEqual([]);
    }
    expect((await check([...text.slice(0, -2).reverse(), ...text.slice(-2)], keys.publicKey)).differences).not.toEqual(
      [],
    );
  });

  test('every published figure that is edited is named, though the digest was made to fit', async () => {
    const text = await lines();
    const edits: string[] = [];
    for (const [index, line] of text.entries()) {
      const value = JSON.parse(line) as { readonly kind: string; readonly figures?: object };
      const figures =
        value.kind === 'case' ? value.figures : value.kind === 'row' || value.kind === 'miss' ? value : null;
      if (figures == null) continue;
      for (const path of numbersIn(figures)) {
        const edited = structuredClone(value);
        const root = value.kind === 'case' ? (edited.figures ?? {}) : edited;
        bump(root, path);
        const report = await check(resealed(text.with(index, `${canonicalJson(edited)}\n`)));
        expect(report.differences.join(' '), `${value.kind} ${path.join('.')}`).toContain(path.at(-1));
        edits.push(path.join('.'));
      }
    }
    expect(edits.length).toBeGreaterThan(60);
  });

  test('facts that are edited lead to other figures, and a forged whole to another signature', async () => {
    const text = await lines(keys.privateKey);
    const forged = resealed(text.map((line) => line.replace('"score":9.8', '"score":5')));
    expect((await check(forged)).differences.join(' ')).toMatch(
      /Case 1.*is published as "critical", and recomputed as "medium"/,
    );
    expect((await check([...forged, text.at(-1) ?? ''], keys.publicKey)).differences.join(' ')).toContain(
      'The signature does not fit',
    );
    const other = generateKeyPairSync('ed25519');
    expect((await check(await lines(other.privateKey), keys.publicKey)).differences).toEqual([
      'It is signed with another key than the one asked for.',
    ]);
  });

  test.each([
    ['nothing', []],
    ['no JSON', ['hello']],
    ['a deep one', [`${'['.repeat(50_000)}${']'.repeat(50_000)}`]],
    ['a policy without terms', ['{"id":"standard","kind":"policy","policy":{},"version":1}']],
  ])('%s is reported, never fatal', async (_, text) => {
    expect((await check(text)).differences).not.toEqual([]);
  });

  test('nothing is there twice, and nothing reckons with what is no number or no time', async () => {
    const text = await lines();
    const edit = (kind: string, change: (line: string) => readonly string[]) =>
      check(resealed(text.flatMap((line) => (line.includes(`"kind":"${kind}"`) ? change(line) : [line]))));
    const replaced = (from: string | RegExp, to: string) => (line: string) => [line.replace(from, to)];
    const kinder = replaced(/"remediation":\d+/, '"remediation":1');
    const found = await Promise.all([
      edit('policy', (line) => [line, ...kinder(line)]),
      edit('case', (line) => [line, line]),
      edit('policy', replaced(/"remediation":\d+/, '"remediation":"P7D"')),
      edit('policy', replaced(/"policy":\{.*\}/, '"policy":{},"version":1}')),
      edit('case', replaced(/"score":9.8/, '"score":"9.8"')),
      edit('case', replaced(/"at":\d+/, '"at":-8640000000000000')),
      edit('header', replaced(/"asOf":\d+/, '"asOf":8640000000000000')),
    ]);
    expect(found.map(({ differences }) => differences[0])).toEqual([
      'The policy standard/1 is there twice.',
      'Case 1, CVE-2027-1 in xz of rolling is there twice.',
      expect.stringMatching(/^Line 2 has no known shape: policy.windows.critical.remediation/),
      expect.stringMatching(/^Line 2 has no known shape: policy/),
      expect.stringMatching(/^Line \d+ has no known shape: facts.\d+.score/),
      expect.stringMatching(/^Line \d+ has no known shape: facts.\d+.at/),
      expect.stringMatching(/^Line 1 has no known shape: asOf/),
    ]);
  });
});

type Path = readonly string[];

function numbersIn(value: object, path: Path = []): readonly Path[] {
  return Object.entries(value).flatMap(([key, member]): readonly Path[] => {
    if (typeof member === 'number') return [[...path, key]];
    return typeof member === 'object' && member !== null && !Array.isArray(member)
      ? numbersIn(member, [...path, key])
      : [];
  });
}

function bump(root: object, path: Path): void {
  let place = root as Record<string, unknown>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  place[last] = (place[last] as number) + 1;
}
