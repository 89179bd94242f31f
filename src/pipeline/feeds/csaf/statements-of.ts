import type { CsafProduct } from '../../../formats/csaf/products-in.ts';
import type { Csaf, CsafNote, CsafVulnerability } from '../../../formats/csaf/read-csaf.ts';
import type { Statement } from '../model.ts';
import { type DistributionPackage, distributionPackage } from '../normalising/distribution-package.ts';

/** The strongest first: of what is said of one package on one platform, that holds. */
const statuses: readonly (readonly [string, Statement['status']])[] = [
  ['fixed', 'fixed'],
  ['first_fixed', 'fixed'],
  ['known_affected', 'affected'],
  ['first_affected', 'affected'],
  ['last_affected', 'affected'],
  ['under_investigation', 'under_investigation'],
  ['known_not_affected', 'not_affected'],
];

/** Of several vulnerabilities only what holds for each: a statement does not say which it speaks of. */
export function statementsOf({ products, vulnerabilities }: Csaf): readonly Statement[] {
  const packages = packagesOf(products);
  const [first = [], ...others] = vulnerabilities.map((vulnerability) => statementsOn(vulnerability, packages));
  const agreed = others.map((statements) => new Set(statements.map(keyOf)));
  return first.filter((statement) => agreed.every((keys) => keys.has(keyOf(statement))));
}

function keyOf({ product, status, version }: Statement): string {
  return `${product}\0${status}\0${version}`;
}

interface Package extends DistributionPackage {
  readonly platform: string | null;
}

/** By product id. Built packages only repeat their source package, where a document has that. */
function packagesOf(products: ReadonlyMap<string, CsafProduct>): ReadonlyMap<string, Package> {
  const all = [...products].flatMap(([id, { name, purl, platform }]) => {
    const found = (purl === null ? null : distributionPackage(purl)) ?? packageInName(name);
    return found === null || (platform === null && found.version === null)
      ? []
      : [[id, { ...found, platform }] as const];
  });
  const sources = new Set(all.flatMap(([, { name, architecture }]) => (architecture === 'src' ? [name] : [])));
  return new Map(
    all.filter(([, { name, architecture }]) => sources.size === 0 || architecture === null || sources.has(name)),
  );
}

/** `bind-32:9.8.2-0.68.el6.src`, `curl-8.0.1-150400.5.36.1`, or only `curl`. */
function packageInName(text: string): DistributionPackage | null {
  if (text.length > 300) return null;
  const [, name, version, architecture = null] =
    /^([\w.+-]+)-((?:\d+:)?[^-:\s]*\d[^-:\s]*-[^-:\s]+?)(?:\.(src|noarch|x86_64|i[3-6]86|aarch64|ppc64(?:le)?|s390x?))?$/.exec(
      text,
    ) ?? [];
  if (name !== undefined && version !== undefined) return { name, version, architecture, distribution: null };
  return /^[\w.+-]+$/.test(text) ? { name: text, version: null, architecture: null, distribution: null } : null;
}

function statementsOn(vulnerability: CsafVulnerability, packages: ReadonlyMap<string, Package>): readonly Statement[] {
  const found = new Map<string, Statement>();
  const justifications = byProduct(vulnerability.flags, ({ kind }) => kind);
  const refusals = vulnerability.remediations.filter(({ kind }) =>
    /^(?:no_fix_planned|none_available|fix_planned)$/.test(kind),
  );
  const remarks = byProduct(refusals, ({ text }) => text);
  for (const [listed, status] of statuses) {
    for (const id of vulnerability.status.get(listed) ?? []) {
      const one = packages.get(id);
      if (one === undefined) continue;
      const product = one.platform === null ? one.name : `${one.name}/${one.platform}`;
      if (found.has(product)) continue;
      found.set(product, {
        product,
        status,
        version: one.version,
        justification: status === 'not_affected' ? justifications(id) : null,
        text: remarks(id),
      });
    }
  }
  return [...found.values()];
}

function byProduct(notes: readonly CsafNote[], textOf: (note: CsafNote) => string): (id: string) => string | null {
  const texts = new Map<string, string>();
  for (const note of notes) for (const id of note.products) if (!texts.has(id)) texts.set(id, textOf(note));
  const general = notes.find(({ products }) => products.length === 0);
  return (id) => texts.get(id) ?? (general === undefined ? null : textOf(general));
}
