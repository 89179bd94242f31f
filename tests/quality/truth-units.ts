import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { compareVersions } from '../../src/formats/versions/index.ts';
import type { Advisory, AdvisoryRecord } from '../../src/pipeline/advisories/index.ts';
import { type AffectedProduct, type ProductIdentity, plainName } from '../../src/pipeline/feeds/index.ts';
import { instance } from '../../src/pipeline/matching/testing.ts';
import type { Unit } from './unit.ts';

const Line = z.object({
  package: z.string(),
  version: z.string().optional(),
  cve: z.string().nullish(),
  vulnerability: z.string().nullish(),
  verdict: z.string(),
  reason: z.string().nullish(),
});
type Line = z.infer<typeof Line>;

/** How one public set of labels is read. Null leaves a line out: it says nothing on whether a version is affected. */
interface LabelSet {
  readonly mode: string;
  readonly file: string;
  readonly labelOf: (line: Line & { readonly version: string }) => Unit['label'] | null;
}

const sets: readonly LabelSet[] = [
  {
    mode: 'nixpkgs triage',
    file: 'ghaf-triage.jsonl',
    // How it is used or patched is not in the question. An open one has a note and no verdict.
    labelOf: ({ verdict, reason }) => {
      if (verdict !== 'suppressed') return 'unclear';
      return /build-?time|bootstrap|no target impact|binlore|patch/i.test(reason ?? '') ? null : 'not_affected';
    },
  },
  {
    mode: 'openembedded',
    file: 'oe-cve-status.jsonl',
    labelOf: ({ verdict }) => (verdict === 'fixed-version' || verdict === 'cpe-incorrect' ? 'not_affected' : null),
  },
  {
    mode: 'container images',
    file: 'vulnerability-match-labels.jsonl.gz',
    // A bare version may be of a gem, a jar or a program of that name: the set does not tell. And a distribution's build
    // is not affected for patches that its version does not tell.
    labelOf: ({ verdict, version }) =>
      upstreamVersion(version) === version ? null : verdict === 'affected' ? 'affected' : null,
  },
];

/** Every label that the advisories at hand can be held against, once a package, version and vulnerability. */
export function truthUnits(folder: string, advisoryOf: (id: string) => Advisory | undefined): readonly Unit[] {
  const units = sets.flatMap(({ mode, file, labelOf }) =>
    linesOf(path.join(folder, 'truth', file)).flatMap((line): Unit[] => {
      const { version } = line;
      const advisory = advisoryOf(line.cve ?? line.vulnerability ?? '');
      const label = version === undefined ? null : labelOf({ ...line, version });
      if (advisory === undefined || version === undefined || label === null) return [];
      const { pname, purls, products } = namedOf(line.package);
      if (label === 'affected' && !isAnswerable(products, advisory)) return [];
      const upstream = purls.length > 0 ? version : upstreamVersion(version);
      const isContested = label === 'affected' && isDeniedByProject(products, upstream, advisory);
      return [
        {
          instance: instance({ pname, version: upstream, purls }),
          advisory,
          label: isContested ? 'unclear' : label,
          mode,
        },
      ];
    }),
  );
  const byQuestion = Map.groupBy(units, ({ instance: { pname, version }, advisory }) =>
    JSON.stringify([pname, version, advisory.id]),
  );
  return [...byQuestion.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    // Where people disagree there is no label.
    return [others.every(({ label }) => label === first.label) ? first : { ...first, label: 'unclear' as const }];
  });
}

/** What distributions call the parts that they cut an upstream package into, and what Nixpkgs and the dictionary call it. */
const sourceNames: readonly (readonly [shape: RegExp, pname: string, product: string])[] = [
  [/^(?:lib)?(?:krb5|gssapi|k5crypto)[\w.-]*$/, 'krb5', 'kerberos_5'],
  [/^java-[\d.]+-openjdk[\w-]*$|^java$/, 'openjdk', 'openjdk'],
  [/^lib(?:crypto|ssl)[\d.]+$|^openssl[\w-]*$/, 'openssl', 'openssl'],
  [/^libcurl[\w-]*$|^curl-minimal$/, 'curl', 'curl'],
  [/^libpcre3$/, 'pcre', 'pcre'],
  [/^httpd(?:-.*)?$/, 'apache-httpd', 'http_server'],
  [/^libnghttp2(?:-.*)?$/, 'nghttp2', 'nghttp2'],
  [/^(?:platform-)?python\d?(?:-libs)?$/, 'python3', 'python'],
  [/^(?:lib(?:blkid|fdisk|uuid|mount)\d?|bsdutils|fdisk|mount|util-linux)$/, 'util-linux', 'util-linux'],
  [/^perl(?:-base)?$/, 'perl', 'perl'],
  [/^bind-utils$/, 'bind', 'bind'],
  [/^node(?:js)?(?:-slim)?$/, 'nodejs', 'node.js'],
  [/^linux$/, 'linux', 'linux_kernel'],
];

interface Named {
  readonly pname: string;
  /** A name such as `golang.org/x/net` is that of a Go module. */
  readonly purls: readonly string[];
  readonly products: readonly string[];
}

function namedOf(name: string): Named {
  if (/^[\w-]+(?:\.[\w-]+)+\//.test(name)) return { pname: name, purls: [`pkg:golang/${name}`], products: [name] };
  const found = sourceNames.find(([shape]) => shape.test(name));
  const products = found === undefined ? [name] : [found[1], found[2], name];
  return { pname: found?.[1] ?? name, purls: [], products };
}

/** Whether the feeds that are here can answer at all: a record names the product, with an end or a version. */
function isAnswerable(products: readonly string[], { records }: Advisory): boolean {
  return records.some((record) =>
    entriesOn(products, record).some(
      ({ ranges, versions }) => versions.length > 0 || ranges.some(({ hi }) => hi !== null),
    ),
  );
}

/** Feeds of the projects themselves: they know their versions better than a label on somebody's build. */
const projects: ReadonlySet<string> = new Set(['curl', 'openssl', 'nginx', 'node', 'httpd']);

function isDeniedByProject(products: readonly string[], version: string, { records }: Advisory): boolean {
  const own = records.filter(({ source }) => projects.has(source)).flatMap((record) => entriesOn(products, record));
  const isIn = ({ scheme, ranges, versions }: AffectedProduct) =>
    versions.includes(version) ||
    ranges.some(({ lo, hi, hiInclusive }) => {
      const [low, high] = [lo, hi].map((bound) => (bound === null ? null : compareVersions(scheme, version, bound)));
      return (low ?? 0) >= 0 && (high == null || high < 0 || (high === 0 && hiInclusive));
    });
  return own.length > 0 && !own.some(isIn);
}

function entriesOn(products: readonly string[], { affected }: AdvisoryRecord): readonly AffectedProduct[] {
  const names = products.map(plainName);
  return affected.filter(({ identity }) => names.includes(plainName(productOf(identity))));
}

function productOf(identity: ProductIdentity): string {
  switch (identity.kind) {
    case 'cpe':
    case 'product':
      return identity.product;
    case 'package':
      return identity.name;
    case 'purl':
      return identity.purl;
    case 'repository':
      return identity.url;
  }
}

function upstreamVersion(version: string): string {
  return version
    .replace(/^\d+:/, '')
    .replace(/[+.](?:dfsg|ds|really)[\d.]*/, '')
    .replace(/-r?\d[^-]*$|-\d[\w.+~]*(?:ubuntu|deb|el\d|fc\d|amzn|module)[\w.+~]*$/, '');
}

function linesOf(file: string): readonly Line[] {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes)
    .toString()
    .trim()
    .split('\n')
    .map((line) => Line.parse(JSON.parse(line)));
}
