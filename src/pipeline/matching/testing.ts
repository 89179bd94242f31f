import type { Advisory, AdvisoryRecord } from '../advisories/index.ts';
import type { Instance } from '../catalog/index.ts';
import type { AffectedProduct, ProductIdentity, Range } from '../feeds/index.ts';
import { carriedPackage } from './carried.ts';
import { createIdentityData, type IdentityData } from './identity-data.ts';
import { explainMatch, matchPackage } from './match-package.ts';

type Instances = readonly [Instance, ...Instance[]];

export function instance(given: Partial<Instance> & Pick<Instance, 'pname' | 'version'>): Instance {
  return {
    attr: given.pname,
    system: 'x86_64-linux',
    name: `${given.pname}-${given.version}`,
    drvPath: null,
    outputs: {},
    sources: [],
    patches: [],
    cpe: [],
    purls: [],
    licences: [],
    maintainers: [],
    position: null,
    description: '',
    homepage: null,
    knownVulnerabilities: [],
    ...given,
  };
}

/** `>=1.0 <1.2.3`, `<=2`, `>=1`: one range; an empty text is all versions. */
export function range(text: string): Range {
  const lower = /(>=?)\s*(\S+)/.exec(text);
  const upper = /(<=?)\s*(\S+)/.exec(text);
  return {
    lo: lower?.[2] ?? null,
    loInclusive: lower?.[1] !== '>',
    hi: upper?.[2] ?? null,
    hiInclusive: upper?.[1] === '<=',
  };
}

export function cpe(text: string): ProductIdentity {
  const [vendor = '', product = '', targetSoftware, edition] = text.split(':');
  return { kind: 'cpe', part: 'a', vendor, product, targetSoftware: targetSoftware || null, edition: edition || null };
}

export function affected(
  identity: ProductIdentity,
  ranges: readonly string[],
  more: Partial<AffectedProduct> = {},
): AffectedProduct {
  return {
    identity,
    scheme: 'generic',
    ranges: ranges.map(range),
    versions: [],
    unaffected: [],
    otherwise: 'unknown',
    weak: null,
    platforms: [],
    component: null,
    ...more,
  };
}

export function record(
  source: string,
  products: readonly AffectedProduct[],
  more: Partial<AdvisoryRecord> = {},
): AdvisoryRecord {
  return {
    source,
    recordId: 'CVE-2026-1',
    state: 'active',
    affected: products,
    severities: [],
    publishedAt: null,
    statements: [],
    tags: [],
    ...more,
  };
}

export function advisory(records: readonly AdvisoryRecord[], more: Partial<Advisory> = {}): Advisory {
  return {
    id: 'CVE-2026-1',
    aliases: [],
    state: 'active',
    title: '',
    details: '',
    publishedAt: null,
    modifiedAt: null,
    band: 'high',
    score: 7.5,
    severitySource: null,
    exploitation: { knownExploitedSince: null, ransomware: false, dueDate: null, epss: null, ssvc: null },
    disputed: false,
    references: [],
    severityDisputed: false,
    records,
    ...more,
  };
}

/** A dictionary of `vendor:product` pairs. */
export function dictionary(...pairs: readonly string[]): IdentityData {
  return createIdentityData({
    dictionary: pairs.map((pair) => {
      const [vendor = '', product = ''] = pair.split(':');
      return { vendor, product };
    }),
  });
}

export function matched(of: Instances, about: Advisory, data: IdentityData = dictionary()) {
  return matchPackage({ channel: 'rolling', carried: carriedPackage(of, data), advisory: about, data });
}

export function explained(of: Instances, about: Advisory, data: IdentityData = dictionary()) {
  return explainMatch({ carried: carriedPackage(of, data), advisory: about, data });
}

/** `status route`, or `none`. */
export function verdict(found: ReturnType<typeof matched>): string {
  return found === null ? 'none' : `${found.match.status} ${found.route}`;
}

/** A source with one address. */
export function sourceAt(url: string): Instance['sources'] {
  return [{ name: '', urls: [url], hash: null, rev: null, tag: null }];
}
