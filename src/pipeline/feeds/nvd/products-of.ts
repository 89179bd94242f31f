import { givenOf } from '../../../formats/cpe/given-of.ts';
import { type Cpe, parseCpe } from '../../../formats/cpe/parse-cpe.ts';
import type { NvdConfiguration, NvdMatch, NvdNode } from '../../../formats/nvd/read-nvd.ts';
import type { AffectedProduct, ProductIdentity, Range } from '../model.ts';

interface Gathered {
  readonly identity: Extract<ProductIdentity, { readonly kind: 'cpe' }>;
  readonly platforms: Set<string>;
  readonly ranges: Map<string, Range>;
  readonly versions: Set<string>;
}

/**
 * One entry a product, target and platform. In a configuration all nodes must hold (AND): those of other products or systems
 * become what the entry is limited to. What cannot name an affected product (negated, hardware, a wildcard) is left out.
 */
export function productsOf(configurations: readonly NvdConfiguration[]): readonly AffectedProduct[] {
  const found = new Map<string, Gathered>();
  for (const configuration of configurations) {
    if (configuration.negate) continue;
    const isAnd = configuration.operator === 'AND' && configuration.nodes.length > 1;
    for (const node of configuration.nodes) {
      if (node.negate) continue;
      const platforms = isAnd ? platformsBeside(configuration, node) : [];
      for (const match of node.matches) gather(found, match, platforms);
    }
  }
  return [...found.values()].map(({ identity, platforms, ranges, versions }) => ({
    identity,
    scheme: identity.product === 'openssl' ? 'openssl' : 'generic',
    ranges: [...ranges.values()],
    versions: [...versions],
    unaffected: [],
    otherwise: 'unaffected',
    weak: null,
    platforms: [...platforms],
    component: null,
  }));
}

/** The systems that the other nodes of an AND ask for; software that must run beside it is named too. */
function platformsBeside({ nodes }: NvdConfiguration, own: NvdNode): readonly string[] {
  return nodes
    .filter((node) => node !== own && !node.negate)
    .flatMap((node) => node.matches.filter(({ vulnerable }) => !vulnerable))
    .flatMap(({ criteria }) => {
      const cpe = parseCpe(criteria);
      return cpe === null ? [] : [cpe.part === 'h' ? `hardware ${cpe.product}` : cpe.product];
    });
}

function gather(found: Map<string, Gathered>, match: NvdMatch, platforms: readonly string[]): void {
  const cpe = parseCpe(match.criteria);
  if (!match.vulnerable || cpe === null || cpe.part === 'h') return;
  if (givenOf(cpe.product) === null) return;
  const key = JSON.stringify([cpe.part, cpe.vendor, cpe.product, cpe.targetSoftware, cpe.softwareEdition, platforms]);
  const entry = found.get(key) ?? {
    identity: {
      kind: 'cpe' as const,
      part: cpe.part,
      vendor: cpe.vendor,
      product: cpe.product,
      targetSoftware: givenOf(cpe.targetSoftware),
      edition: givenOf(cpe.softwareEdition),
    },
    platforms: new Set(platforms),
    ranges: new Map(),
    versions: new Set(),
  };
  if (addVersions(entry, match, cpe)) found.set(key, entry);
}

/** False when the name says nothing of versions (`-`). */
function addVersions(entry: Gathered, match: NvdMatch, cpe: Cpe): boolean {
  const { startIncluding, startExcluding, endIncluding, endExcluding } = match;
  const lo = startIncluding ?? startExcluding;
  const hi = endIncluding ?? endExcluding;
  if (cpe.version === '*') {
    const range = { lo, loInclusive: startExcluding === null, hi, hiInclusive: endIncluding !== null };
    entry.ranges.set(JSON.stringify(range), range);
    return true;
  }
  if (cpe.version === '-') return false;
  const hasUpdate = cpe.update !== '*' && cpe.update !== '-';
  for (const version of hasUpdate ? updatesOf(cpe) : [cpe.version]) entry.versions.add(version);
  return true;
}

/** `5.3` with update `p3` is `5.3p3`; NVD writes a bare number for it as well. */
function updatesOf({ version, update }: Cpe): readonly string[] {
  return /^\d+$/.test(update) ? [`${version}p${update}`, `${version}.${update}`] : [`${version}${update}`];
}
