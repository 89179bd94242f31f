/** Mandatory tests of CSAF 2.0 (section 6.1) that a schema cannot say; those that a producer like ours can break. */
interface Named {
  readonly product_ids?: readonly string[];
  readonly group_ids?: readonly string[];
  readonly category?: string;
}
interface Score {
  readonly products: readonly string[];
  readonly cvss_v2?: { readonly version: string };
  readonly cvss_v3?: { readonly version: string };
}
interface Vulnerability {
  readonly cve?: string;
  readonly ids?: unknown;
  readonly notes?: unknown;
  readonly product_status?: Readonly<Record<string, readonly string[]>>;
  readonly flags?: readonly Named[];
  readonly remediations?: readonly Named[];
  readonly threats?: readonly Named[];
  readonly scores?: readonly Score[];
}
interface Product {
  readonly product_id: string;
}
interface Branch {
  readonly category: string;
  readonly name: string;
  readonly product?: Product;
  readonly branches?: readonly Branch[];
}
interface Tree {
  readonly branches?: readonly Branch[];
  readonly full_product_names?: readonly Product[];
  readonly product_groups?: readonly { readonly group_id: string; readonly product_ids: readonly string[] }[];
  readonly relationships?: readonly {
    readonly full_product_name: Product;
    readonly product_reference: string;
    readonly relates_to_product_reference: string;
  }[];
}
interface Document {
  readonly document: {
    readonly category: string;
    readonly tracking: {
      readonly status: string;
      readonly version: string;
      readonly revision_history: readonly { readonly date: string; readonly number: string }[];
    };
  };
  readonly product_tree?: Tree;
  readonly vulnerabilities?: readonly Vulnerability[];
}

const list = <Item>(value: readonly Item[] | undefined): readonly Item[] => value ?? [];
const vulnerabilities = (document: Document) => list(document.vulnerabilities);

function productIds(document: Document): readonly string[] {
  const tree: Tree = document.product_tree ?? {};
  const inBranches = (branches: Tree['branches']): readonly string[] =>
    list(branches).flatMap((branch) => [
      ...(branch.product === undefined ? [] : [branch.product.product_id]),
      ...inBranches(branch.branches),
    ]);
  return [
    ...list(tree.full_product_names).map(({ product_id }) => product_id),
    ...inBranches(tree.branches),
    ...list(tree.relationships).map(({ full_product_name }) => full_product_name.product_id),
  ];
}

function usedIds(document: Document): readonly string[] {
  const tree: Tree = document.product_tree ?? {};
  return [
    ...list(tree.product_groups).flatMap(({ product_ids }) => product_ids),
    ...list(tree.relationships).flatMap((one) => [one.product_reference, one.relates_to_product_reference]),
    ...vulnerabilities(document).flatMap((one) => [
      ...Object.values(one.product_status ?? {}).flat(),
      ...(['flags', 'remediations', 'threats'] as const).flatMap((name) =>
        list(one[name]).flatMap(({ product_ids }) => list(product_ids)),
      ),
      ...list(one.scores).flatMap(({ products }) => products),
    ]),
  ];
}

const groups: readonly (readonly string[])[] = [
  ['first_affected', 'known_affected', 'last_affected'],
  ['known_not_affected'],
  ['first_fixed', 'fixed'],
  ['under_investigation'],
];

function contradicts({ product_status = {} }: Vulnerability): boolean {
  const said = groups.map((names) => new Set(names.flatMap((name) => list(product_status[name]))));
  return said.some((ids, index) => said.slice(index + 1).some((others) => [...ids].some((id) => others.has(id))));
}

/** The products of groups too. */
function namedIn(document: Document, entries: readonly Named[] | undefined): ReadonlySet<string> {
  const inGroups = new Map(
    list(document.product_tree?.product_groups).map(({ group_id, product_ids }) => [group_id, product_ids]),
  );
  return new Set(
    list(entries).flatMap(({ product_ids, group_ids }) => [
      ...list(product_ids),
      ...list(group_ids).flatMap((id) => inGroups.get(id) ?? []),
    ]),
  );
}

const repeated = (values: readonly unknown[]) => new Set(values).size < values.length;
/** Dates may be finer than a clock of milliseconds. */
const fraction = (date: string) => Number(`0${/\.\d+/.exec(date)?.[0] ?? ''}`);
const byDate = (document: Document) =>
  document.document.tracking.revision_history.toSorted(
    (a, b) =>
      Date.parse(a.date) - Date.parse(b.date) ||
      fraction(a.date) - fraction(b.date) ||
      compareVersions(a.number, b.number),
  );
const majorOf = (number: string) => Number(number.split('.')[0]);
const category = (document: Document): string => document.document.category;
const isAdvisory = (document: Document) => category(document) === 'csaf_security_advisory';
const isVex = (document: Document) => category(document) === 'csaf_vex';
const isEither = (document: Document) => isAdvisory(document) || isVex(document);

/** True: it is broken. */
export const csafRules: Readonly<Record<string, (document: Document) => boolean>> = {
  '6.1.1': (document) => {
    const known = new Set(productIds(document));
    return usedIds(document).some((id) => !known.has(id));
  },
  '6.1.2': (document) => repeated(productIds(document)),
  '6.1.6': (document) => vulnerabilities(document).some(contradicts),
  '6.1.7': (document) =>
    vulnerabilities(document).some(({ scores }) => {
      const scored = list(scores).flatMap((score) =>
        (['cvss_v2', 'cvss_v3'] as const).flatMap((kind) => {
          const version = score[kind]?.version;
          return version === undefined ? [] : list(score.products).map((id) => `${id} ${version}`);
        }),
      );
      return repeated(scored);
    }),
  '6.1.14': (document) => {
    const numbers = byDate(document).map(({ number }) => number);
    return numbers.slice(1).some((number, index) => compareVersions(numbers[index] ?? '', number) > 0);
  },
  '6.1.16': (document) => {
    const { version, status } = document.document.tracking;
    const last = byDate(document).at(-1)?.number ?? '';
    const plain = (text: string) => text.replace(/\+.*$/, '').replace(status === 'draft' ? /-.*$/ : /^$/, '');
    return plain(String(last)) !== plain(version);
  },
  '6.1.18': ({ document: { tracking } }) =>
    /^(final|interim)$/.test(tracking.status) &&
    list(tracking.revision_history).some(({ number }) => /^0(\.|$)/.test(number)),
  '6.1.21': (document) => {
    const majors = [...new Set(byDate(document).map(({ number }) => majorOf(number)))];
    return majors.some((major, index) => (index === 0 ? major > 1 : major !== (majors[index - 1] ?? 0) + 1));
  },
  '6.1.22': (document) => repeated(byDate(document).map(({ number }) => number)),
  '6.1.23': (document) => repeated(vulnerabilities(document).flatMap(({ cve }) => cve ?? [])),
  '6.1.27.4': (document) => isEither(document) && document.product_tree === undefined,
  '6.1.27.5': (document) => isEither(document) && vulnerabilities(document).some(({ notes }) => notes === undefined),
  '6.1.27.6': (document) =>
    isAdvisory(document) && vulnerabilities(document).some(({ product_status }) => product_status === undefined),
  '6.1.27.7': (document) =>
    isVex(document) &&
    vulnerabilities(document).some(({ product_status = {} }) =>
      ['fixed', 'known_affected', 'known_not_affected', 'under_investigation'].every(
        (name) => product_status[name] === undefined,
      ),
    ),
  '6.1.27.8': (document) =>
    isVex(document) && vulnerabilities(document).some(({ cve, ids }) => cve === undefined && ids === undefined),
  '6.1.27.9': (document) =>
    isVex(document) &&
    vulnerabilities(document).some(({ product_status = {}, flags, threats }) => {
      const said = namedIn(document, [
        ...list(flags),
        ...list(threats).filter((threat) => threat.category === 'impact'),
      ]);
      return list(product_status.known_not_affected).some((id) => !said.has(id));
    }),
  '6.1.27.10': (document) =>
    isVex(document) &&
    vulnerabilities(document).some(({ product_status = {}, remediations }) => {
      const said = namedIn(document, remediations);
      return list(product_status.known_affected).some((id) => !said.has(id));
    }),
  '6.1.27.11': (document) => isEither(document) && document.vulnerabilities === undefined,
  '6.1.29': (document) =>
    vulnerabilities(document).some(({ remediations }) =>
      list(remediations).some(({ product_ids, group_ids }) => product_ids === undefined && group_ids === undefined),
    ),
  '6.1.31': (document) => {
    const names = (branches: Tree['branches']): readonly string[] =>
      list(branches).flatMap((branch) => [
        ...(branch.category === 'product_version' ? [branch.name] : []),
        ...names(branch.branches),
      ]);
    return names(document.product_tree?.branches).some((name) =>
      /[<>]|(^|[\s,])(after|all|before|earlier|later|prior|versions)($|[\s,])/i.test(name),
    );
  },
  '6.1.32': (document) =>
    vulnerabilities(document).some(({ flags }) =>
      list(flags).some(({ product_ids, group_ids }) => product_ids === undefined && group_ids === undefined),
    ),
};

/** As Semantic Versioning orders them; a plain number is one as well. */
function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => /^([\d.]+)(?:-([^+]*))?/.exec(text) ?? []);
  const parts = (text: string | undefined) => (text ?? '').split('.');
  return compareParts(parts(x?.[1]), parts(y?.[1])) || comparePre(x?.[2], y?.[2]);
}

function comparePre(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareParts(a.split('.'), b.split('.'));
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [x, y] = [a[index], b[index]];
    if (x === y) continue;
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const [isNumber, isOther] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (isNumber && isOther) return Number(x) - Number(y);
    if (isNumber !== isOther) return isNumber ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return 0;
}

export function brokenCsafRules(document: Document): readonly string[] {
  return Object.entries(csafRules).flatMap(([rule, isBroken]) => (isBroken(document) ? [rule] : []));
}
