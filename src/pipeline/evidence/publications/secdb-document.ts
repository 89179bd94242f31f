import type { PublishedAdvisory, PublishedDerivation, PublishedLine } from './model.ts';
import type { Publisher } from './publisher.ts';

interface Fix {
  readonly ids: string[];
  derivations: readonly PublishedDerivation[];
}

/**
 * What a channel fixed and never had, in the form of Alpine's security database (https://secdb.alpinelinux.org), which scanners read:
 * `{"packages":[{"pkg":{"name":"xz","secfixes":{"5.6.2":["CVE-2024-3094 XSP-2027-00001"],"0":[…]}}}]}`. A fix by patch, under the
 * version that had the flaw, would read there as if every build of that version were fixed: it stands apart, by what it builds.
 */
export function secdbDocument(
  channel: string,
  advisories: readonly PublishedAdvisory[],
  { organisation, publicUrl }: Pick<Publisher, 'organisation' | 'publicUrl'>,
) {
  const byAttr = Map.groupBy(
    advisories.filter(({ withdrawn }) => withdrawn === null),
    ({ attr }) => attr,
  );
  const packages = [...byAttr].flatMap(([name, own]) => packageOf(name, channel, own));
  const systems = packages.flatMap(({ pkg }) => Object.values(pkg.derivations).flatMap((built) => Object.keys(built)));
  return {
    distroversion: channel,
    reponame: organisation,
    urlprefix: publicUrl,
    archs: [...new Set(systems)].sort(),
    packages: packages.sort((a, b) => (a.pkg.name < b.pkg.name ? -1 : 1)),
  };
}

/** The channels that anything is said of. */
export function channelsSpokenOf(advisories: readonly PublishedAdvisory[]): readonly string[] {
  return [...new Set(advisories.flatMap(({ lines }) => lines.map(({ channel }) => channel)))].sort();
}

function packageOf(name: string, channel: string, advisories: readonly PublishedAdvisory[]) {
  const fixes = new Map<string, Fix>();
  const patched: { version: string; ids: string; derivations: ReturnType<typeof builtOf> }[] = [];
  for (const advisory of advisories) {
    const line = advisory.lines.find((one) => one.channel === channel);
    const version = line === undefined ? null : fixedIn(line);
    if (line === undefined || version === null) continue;
    const ids = idsOf(advisory);
    if (version === line.version) {
      patched.push({ version, ids, derivations: builtOf(line.derivations) });
      continue;
    }
    const fix = fixes.get(version) ?? { ids: [], derivations: [] };
    fix.ids.push(ids);
    fix.derivations = line.derivations;
    fixes.set(version, fix);
  }
  if (fixes.size === 0 && patched.length === 0) return [];
  const built = [...fixes].filter(([, { derivations }]) => derivations.length > 0);
  return [
    {
      pkg: {
        name,
        secfixes: Object.fromEntries([...fixes].map(([version, { ids }]) => [version, ids])),
        derivations: Object.fromEntries(built.map(([version, { derivations }]) => [version, builtOf(derivations)])),
        patched,
      },
    },
  ];
}

const never = '0';

/** The version since which a channel has the fix in a release, `0` where it never was affected; null: it is not so far. */
function fixedIn({ says, version, fixedVersion, release }: PublishedLine): string | null {
  if (says.kind === 'not_affected') return never;
  if (says.kind === 'fixed' && says.reason !== null) return version;
  const isOut = says.kind === 'fixed' || (says.kind === 'affected' && says.remedy === 'released');
  return isOut && release !== null ? (fixedVersion ?? version) : null;
}

/** `CVE-2024-3094 XSP-2027-00001`: one vulnerability is one entry. */
function idsOf({ id, vulnerability }: PublishedAdvisory): string {
  return `${vulnerability.id} ${id}`;
}

function builtOf(derivations: readonly PublishedDerivation[]) {
  return Object.fromEntries(
    derivations.map(({ system, drvPath, outputs }) => [
      system,
      { derivation: drvPath, outputs: Object.values(outputs) },
    ]),
  );
}
