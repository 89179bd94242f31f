import type { Cve4Version } from '../../../formats/cve4/read-cve4.ts';
import type { AffectedProduct, ProductIdentity, Range } from '../model.ts';

/** Version by version, or from and up to; one product for all systems, and one for each that is named. */
export function productsOfCve4(
  versions: readonly Cve4Version[],
  identity: ProductIdentity,
): readonly AffectedProduct[] {
  return [...Map.groupBy(versions, ({ platform }) => platform)].flatMap(([platform, own]) => {
    const blank: AffectedProduct = {
      identity,
      scheme: 'generic',
      ranges: [],
      versions: [],
      unaffected: [],
      otherwise: 'unknown',
      weak: null,
      platforms: platform === null ? [] : [platform],
      component: null,
    };
    const doubtful = valuesOf(own, '?=');
    return [
      { ...blank, ranges: rangesOf(own), versions: valuesOf(own, '='), unaffected: valuesOf(own, '!=').map(exactly) },
      ...(doubtful.length === 0
        ? []
        : [{ ...blank, versions: doubtful, weak: 'the project does not know whether this version is affected' }]),
    ];
  });
}

function valuesOf(versions: readonly Cve4Version[], affected: string): readonly string[] {
  return versions.filter((version) => version.affected === affected).map(({ value }) => value);
}

/** The members together are one range: `<=` 2.4.48 with `!<` 2.4.17 or `>=` 2.4.17 begins at 2.4.17. */
function rangesOf(versions: readonly Cve4Version[]): readonly Range[] {
  const [start = null] = [...valuesOf(versions, '>='), ...valuesOf(versions, '!<')];
  const [after = null] = [...valuesOf(versions, '>'), ...valuesOf(versions, '!<=')];
  const lower = start === null && after !== null ? { lo: after, loInclusive: false } : { lo: start, loInclusive: true };
  const ends: readonly Pick<Range, 'hi' | 'hiInclusive'>[] = [
    ...[...valuesOf(versions, '<='), ...valuesOf(versions, '!>')].map((hi) => ({ hi, hiInclusive: true })),
    ...[...valuesOf(versions, '<'), ...valuesOf(versions, '!>=')].map((hi) => ({ hi, hiInclusive: false })),
  ];
  if (ends.length === 0) return lower.lo === null ? [] : [{ ...lower, hi: null, hiInclusive: false }];
  return ends.map((end) => ({ ...lower, ...end }));
}

function exactly(version: string): Range {
  return { lo: version, loInclusive: true, hi: version, hiInclusive: true };
}
