import { assertNever } from '../../../foundation/assert-never.ts';
import type { PublishedAdvisory, PublishedLine } from './model.ts';

/** The products of a line, and what is said of them: the reference's mapping to CSAF. */
export interface LineProducts {
  readonly channel: string;
  readonly versions: readonly {
    /** Unique in its line, also where a patch left the version as it was. */
    readonly name: string;
    readonly version: string;
    readonly products: readonly Product[];
  }[];
  readonly statuses: Readonly<Record<string, readonly string[]>>;
  readonly flag: { readonly label: string; readonly product_ids: readonly string[] } | null;
  readonly impact: {
    readonly category: 'impact';
    readonly details: string;
    readonly product_ids: readonly string[];
  } | null;
  readonly remediations: readonly {
    readonly category: string;
    readonly details: string;
    readonly product_ids: readonly string[];
  }[];
}

interface Product {
  readonly id: string;
  /** Null: of all. */
  readonly system: string | null;
  readonly outputs: readonly string[];
}

/** Lines of which nothing is said are left out. */
export function csafProducts({ attr, lines, events }: PublishedAdvisory): readonly LineProducts[] {
  return lines.flatMap((line) => {
    const mitigation = events.findLast((event) => event.type === 'affected' && event.line === line.channel);
    const said = mitigation?.type === 'affected' ? mitigation.mitigation : null;
    return productsOf(line, attr, said === null || /^none\b/i.test(said) ? null : said);
  });
}

function productsOf(line: PublishedLine, attr: string, mitigation: string | null): readonly LineProducts[] {
  const { channel, version, says, release } = line;
  const place = `${channel}/${attr}`;
  const known = `${place}@${version}`;
  const before = { name: version || 'unknown', version, products: [{ id: known, system: null, outputs: [] }] };
  const nothing = { channel, versions: [before], flag: null, impact: null, remediations: [] };
  switch (says.kind) {
    case 'silent':
    case 'void':
      return [];
    case 'under_investigation':
      return [{ ...nothing, statuses: { under_investigation: [known] } }];
    case 'not_affected': {
      const ids = [known];
      return [
        {
          ...nothing,
          statuses: { known_not_affected: ids },
          flag: { label: says.justification, product_ids: ids },
          impact: { category: 'impact', details: says.statement, product_ids: ids },
        },
      ];
    }
    case 'affected': {
      const remediation = (category: string, details: string) => ({ category, details, product_ids: [known] });
      const fix =
        says.remedy === 'released' && release !== null
          ? remediation('vendor_fix', `Update to release ${release.version}. ${says.action}`)
          : remediation(says.remedy === 'not_planned' ? 'no_fix_planned' : 'none_available', says.action);
      const remediations = [fix, ...(mitigation === null ? [] : [remediation('mitigation', mitigation)])];
      return [{ ...nothing, statuses: { known_affected: [known] }, remediations }];
    }
    case 'fixed': {
      // A patch that was there before anybody looked: the version as it is carried holds it.
      if (says.reason !== null || release === null) return [{ ...nothing, statuses: { fixed: [known] } }];
      const after = fixedOf(line, place, release);
      const ids = after.products.map(({ id }) => id);
      return [
        {
          ...nothing,
          versions: [before, after],
          statuses: { known_affected: [known], first_fixed: ids, fixed: ids },
          remediations: [
            { category: 'vendor_fix', details: `Update to release ${release.version}.`, product_ids: [known] },
          ],
        },
      ];
    }
    default:
      return assertNever(says);
  }
}

function fixedOf(
  { version, fixedVersion, derivations }: PublishedLine,
  place: string,
  release: NonNullable<PublishedLine['release']>,
): LineProducts['versions'][number] {
  const fixed = fixedVersion ?? version;
  const name = fixed === version ? `${fixed} of release ${release.version}` : fixed;
  const id = `${place}@${fixed}?release=${release.version}`;
  const systems = derivations.map(({ system, outputs }) => ({
    id: `${id}&system=${system}`,
    system,
    outputs: Object.values(outputs),
  }));
  return { name, version: fixed, products: systems.length > 0 ? systems : [{ id, system: null, outputs: [] }] };
}
