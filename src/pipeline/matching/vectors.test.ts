import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCpe } from '../../formats/cpe/parse-cpe.ts';
import { configurationsAt } from '../../formats/nvd/read-nvd.ts';
import type { Range, VersionScheme } from '../feeds/index.ts';
import { productsOf } from '../feeds/nvd/products-of.ts';
import { advisory, affected, instance, matched, record } from './testing.ts';

const folder = '../shared/data/vectors/cpe';
const present = existsSync(folder);
if (!present) console.info(`not compared with the public names and their matches: ${folder} is not here`);

interface Vector {
  readonly component: string;
  readonly vulnerable: string;
  readonly matches: boolean;
  readonly range: Readonly<
    Partial<Record<'startIncluding' | 'startExcluding' | 'endIncluding' | 'endExcluding', string>>
  > | null;
}

function read(name: string): readonly Vector[] {
  const text = readFileSync(path.join(folder, name), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Vector);
}

const isHit = (found: ReturnType<typeof matched>) =>
  found?.match.ranges.some(({ outcome }) => outcome === 'in' || outcome === 'weak-in') ?? false;

function hitByCpe({ component, vulnerable, range }: Vector): boolean {
  const { part = '', vendor = '', product = '', version = '' } = parseCpe(component) ?? {};
  const bounds = Object.entries(range ?? {}).map(([name, value]) => [
    `version${name[0]?.toUpperCase()}${name.slice(1)}`,
    value,
  ]);
  const nodes = [
    { operator: 'OR', cpeMatch: [{ vulnerable: true, criteria: vulnerable, ...Object.fromEntries(bounds) }] },
  ];
  return isHit(
    matched(
      [instance({ pname: product, version, cpe: [{ part, vendor, product, version: null, update: null }] })],
      advisory([record('nvd', productsOf(configurationsAt([{ nodes }])))]),
    ),
  );
}

/** Why we may answer no where the general rules of CPE say yes; null where we may not. */
function deviationOf({ component, vulnerable }: Vector): string | null {
  const [own, theirs] = [parseCpe(component), parseCpe(vulnerable)];
  if (own === null || theirs === null) return 'no CPE name';
  if ([own.part, own.vendor, own.product, own.version].some((text) => /^-$|[*?]/.test(text)))
    return 'a package has one vendor, name and version';
  if (/^h$|[*?]/.test(theirs.part)) return 'hardware, or anything at all';
  if (/^-$|[*?]/.test(`${theirs.product}`) || /.[*?]|[*?]./.test(theirs.version)) return 'no single product or version';
  const limits = [theirs.edition, theirs.softwareEdition, theirs.targetSoftware, theirs.targetHardware, theirs.update];
  return limits.some((text) => text !== '*' && text !== '-') ? 'a package knows no edition, target or update' : null;
}

describe.runIf(present)('the public names and their matches', () => {
  test('CPE: nothing matches that must not, and all matches that a package can be asked about', () => {
    const vectors = read('matching.jsonl');
    expect(vectors.filter((vector) => !vector.matches && hitByCpe(vector))).toEqual([]);
    const wrong = vectors.filter((vector) => vector.matches && !hitByCpe(vector) && deviationOf(vector) === null);
    expect(wrong.map(({ component, vulnerable }) => [component, vulnerable])).toEqual([]);
    const deviations = Map.groupBy(
      vectors.filter((vector) => hitByCpe(vector) !== vector.matches),
      (vector) => deviationOf(vector),
    );
    expect(new Map([...deviations].map(([reason, of]) => [reason, of.length]))).toMatchInlineSnapshot(`
      Map {
        "a package has one vendor, name and version" => 17,
        "a package knows no edition, target or update" => 40,
        "hardware, or anything at all" => 2,
        "no single product or version" => 2,
      }
    `);
    expect(vectors.filter((vector) => vector.matches && hitByCpe(vector)).length).toBeGreaterThan(1);
  });

  test('package URLs: all but those of distributions, whose numbering is evidence and never membership', () => {
    const schemes: Readonly<Record<string, VersionScheme>> = {
      maven: 'maven',
      npm: 'npm',
      composer: 'packagist',
      rpm: 'rpm',
      deb: 'dpkg',
      apk: 'apk',
    };
    const wrong = read('purl-matching.jsonl').filter(({ component, vulnerable, range, matches }) => {
      const [, type = '', version = ''] = /^pkg:(\w+)\/[^@]*@([^?]*)/.exec(component) ?? [];
      const bounds: Range = {
        lo: range?.startIncluding ?? range?.startExcluding ?? null,
        loInclusive: range?.startExcluding === undefined,
        hi: range?.endIncluding ?? range?.endExcluding ?? null,
        hiInclusive: range?.endIncluding !== undefined,
      };
      const product = affected({ kind: 'purl', purl: vulnerable }, [], {
        scheme: schemes[type] ?? 'generic',
        ranges: [bounds],
      });
      const found = matched(
        [instance({ pname: 'x', version, purls: [component] })],
        advisory([record('ghsa', [product])]),
      );
      return isHit(found) !== matches && !/^pkg:(?:rpm|deb|apk)\//.test(component);
    });
    expect(wrong).toEqual([]);
  });
});
