import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { type Component, createPlaces, plain } from './component.ts';
import type { LockedInput } from './lock-paths.ts';
import type { InputStanding } from './model.ts';
import { isNixpkgs, nixpkgsInputOf } from './nixpkgs-input.ts';
import { type FactAdvisory, type FactFinding, type SetFacts, staleSince } from './set-facts.ts';

/** There are no others. What no record speaks of, and what nobody has looked at, is never safe. */
export type AffectedAnswer = 'not_shipped' | 'not_affected' | 'affected' | 'not_looked_at';

export type AffectedSubject =
  | { readonly kind: 'components'; readonly components: readonly Component[] }
  | { readonly kind: 'lock'; readonly standings: readonly InputStanding[]; readonly inputs: readonly LockedInput[] };

/** One place in what was asked about. */
export interface AffectedLine {
  /** A store path, a component's reference, or an input of a lock. */
  readonly place: string;
  readonly name: string;
  readonly version: string | null;
  readonly answer: Exclude<AffectedAnswer, 'not_shipped'>;
  readonly because: string;
  /** Since when it is known; milliseconds. */
  readonly since: number | null;
  /** The version that has the fix, or the release. */
  readonly fixedIn: string | null;
  /** Until when the fix was or is promised. */
  readonly dueAt: number | null;
  readonly todo: string | null;
}

export interface Affected {
  /** As it was asked for, or as it is called. */
  readonly id: string;
  readonly title: string | null;
  readonly answer: AffectedAnswer;
  readonly lines: readonly AffectedLine[];
  readonly namesTried: readonly string[];
  /** When the set was last looked at; milliseconds, null for never. */
  readonly lookedAt: number | null;
  /** Set when that is more than a day ago: since when nobody has looked, 0 for never. */
  readonly staleSince: number | null;
}

/** Is what was named affected by a vulnerability? `advisory` is null when no feed has a record of it. */
export function affectedBy(given: {
  readonly id: string;
  readonly advisory: FactAdvisory | null;
  readonly subject: AffectedSubject;
  readonly facts: SetFacts;
  readonly now: number;
}): Affected {
  const { advisory, subject, facts, now } = given;
  const ids = new Set(advisory === null ? [given.id] : [advisory.id, ...advisory.aliases]);
  const findings = facts.findings.filter(({ advisoryId, state }) => ids.has(advisoryId) && state !== 'retracted');
  const names = [...new Set([...(advisory?.products ?? []), ...findings.map(({ attr }) => attr)])];
  const context = { facts, findings, names, now };
  const lines =
    subject.kind === 'components' ? linesOfComponents(subject.components, context) : linesOfLock(subject, ids, context);
  const stale = staleSince(facts, now);
  const found = worst(lines.map(({ answer }) => answer)) ?? (advisory === null ? 'not_looked_at' : 'not_shipped');
  const isSafe = found === 'not_shipped' || found === 'not_affected';
  return {
    id: advisory?.id ?? given.id,
    title: advisory?.title ?? null,
    answer: isSafe && (stale !== null || advisory === null) ? 'not_looked_at' : found,
    lines,
    namesTried: names,
    lookedAt: facts.syncedAt === null ? null : Math.min(facts.madeAt, facts.syncedAt),
    staleSince: stale,
  };
}

function worst(answers: readonly AffectedLine['answer'][]): AffectedLine['answer'] | null {
  const order = ['affected', 'not_looked_at', 'not_affected'] as const;
  return order.find((answer) => answers.includes(answer)) ?? null;
}

interface Context {
  readonly facts: SetFacts;
  readonly findings: readonly FactFinding[];
  readonly names: readonly string[];
  readonly now: number;
}

function linesOfComponents(components: readonly Component[], context: Context): readonly AffectedLine[] {
  const placeOf = createPlaces(context.facts);
  const tried = new Set(context.names.map((name) => plain(name.split('/').at(-1) ?? name)));
  // The archive that a build is made of is not a second thing to be affected; one that nothing here is built of is.
  const built = new Set(components.filter(({ isSource }) => !isSource).map(({ name }) => plain(name)));
  return components.flatMap((component) => {
    if (component.isSource && built.has(plain(component.name))) return [];
    const place = placeOf(component);
    if (place.kind === 'none') return tried.has(plain(component.name)) ? [unknownLine(component)] : [];
    for (const { attr, channel } of place.packages) {
      const finding = context.findings.find((known) => known.attr === attr && known.channel === channel);
      if (finding === undefined) continue;
      return [place.kind === 'same-build' ? sameBuild(component, finding) : sameName(component, finding, context)];
    }
    return [];
  });
}

function lineOf(component: Component): Pick<AffectedLine, 'place' | 'name' | 'version'> {
  return { place: component.id, name: component.name, version: component.version };
}

function unknownLine(component: Component): AffectedLine {
  return {
    ...lineOf(component),
    answer: 'not_looked_at',
    because: 'the records name such a product, and the set does not carry this package',
    since: null,
    fixedIn: null,
    dueAt: null,
    todo: 'Ask for it to be covered: snowguard coverage --request',
  };
}

/** The very derivation that was looked at. */
function sameBuild(component: Component, finding: FactFinding): AffectedLine {
  return { ...lineOf(component), ...stateOf(finding) };
}

/** A name and a version prove nothing of another build, except that it is no better where the version is the bad one. */
function sameName(component: Component, finding: FactFinding, { facts }: Context): AffectedLine {
  const isThatVersion = component.version !== null && component.version === finding.version;
  const isBad =
    finding.state === 'open' ||
    (finding.state === 'fixed' && finding.fixedVersion !== null && finding.fixedVersion !== finding.version);
  if (isThatVersion && isBad)
    return {
      ...lineOf(component),
      ...openState(finding, finding.state === 'fixed' ? releaseWithFix(finding, facts) : null),
      because: `another build, of the version that is affected: ${finding.attr} ${finding.version}`,
    };
  return {
    ...lineOf(component),
    answer: 'not_looked_at',
    because: `it is another build than the ${finding.attr} ${finding.version} that was looked at`,
    since: finding.openedAt,
    fixedIn: finding.fixedVersion,
    dueAt: null,
    todo: `Build ${finding.attr} from the newest release of the set.`,
  };
}

function stateOf(finding: FactFinding): Omit<AffectedLine, 'place' | 'name' | 'version'> {
  const { explanation: because, openedAt: since, remediationDueAt: dueAt, fixedVersion } = finding;
  switch (finding.state) {
    case 'open':
      return openState(finding, null);
    case 'under_investigation':
      return {
        because,
        since,
        dueAt: finding.unsupported ? null : dueAt,
        answer: 'not_looked_at',
        fixedIn: null,
        todo: null,
      };
    default:
      return { because, since, dueAt: null, answer: 'not_affected', fixedIn: fixedVersion, todo: null };
  }
}

function openState(
  { explanation, openedAt, remediationDueAt, fixedVersion, unsupported, channel }: FactFinding,
  release: string | null,
): Omit<AffectedLine, 'place' | 'name' | 'version'> {
  return {
    answer: 'affected',
    because: explanation,
    since: openedAt,
    dueAt: unsupported ? null : remediationDueAt,
    fixedIn: fixedVersion ?? release,
    todo:
      release === null
        ? unsupported
          ? `${channel} was not supported any more when this became known: move to a line that is.`
          : 'No release has the fix yet: see the advisory for what to do until then.'
        : `Move to release ${simplifiedVersion(release)}.`,
  };
}

function releaseWithFix({ advisoryId, attr, channel }: FactFinding, { releases }: SetFacts): string | null {
  const found = releases.find(
    (release) =>
      release.channel === channel &&
      release.yankedAt === null &&
      release.fixes.some((fix) => fix.advisoryId === advisoryId && fix.attr === attr),
  );
  return found?.version ?? null;
}

function linesOfLock(
  { standings, inputs }: Extract<AffectedSubject, { readonly kind: 'lock' }>,
  ids: ReadonlySet<string>,
  context: Context,
): readonly AffectedLine[] {
  const ours = new Set(standings.map(({ input }) => input.input));
  return [
    ...standings.flatMap((standing) => linesOfInput(standing, ids, context)),
    ...inputs
      .filter((input) => !ours.has(input.path.join('/')) && isNixpkgs(input))
      .map((locked): AffectedLine => {
        const { input, owner, ref } = nixpkgsInputOf(locked);
        return {
          place: input,
          name: [owner, 'nixpkgs'].flatMap((part) => part ?? []).join('/'),
          version: ref,
          answer: 'not_looked_at',
          because: 'this Nixpkgs is none of the set: nobody looks at it here',
          since: null,
          fixedIn: null,
          dueAt: null,
          todo: 'Point the input to the set: snowguard convert',
        };
      }),
  ];
}

function linesOfInput(
  standing: InputStanding,
  ids: ReadonlySet<string>,
  { facts, findings }: Context,
): readonly AffectedLine[] {
  const { input } = standing;
  const line = { place: input.input, since: null, fixedIn: null, dueAt: null, todo: null };
  if (standing.kind === 'unknown')
    return [
      {
        ...line,
        name: `${input.organisation}/${input.flake}`,
        version: input.version,
        answer: 'not_looked_at',
        because: 'this release is not known here',
      },
    ];
  const missing = standing.kind === 'behind' ? standing.missing.filter(({ advisoryId }) => ids.has(advisoryId)) : [];
  const channel = facts.releases.find(({ uuid }) => uuid === input.releaseUuid)?.channel;
  return findings
    .filter((finding) => finding.channel === channel)
    .map((finding): AffectedLine => {
      const lacked = missing.find(({ attr }) => attr === finding.attr);
      const named = { ...line, name: finding.attr };
      if (lacked !== undefined && standing.kind === 'behind')
        return {
          ...named,
          version: lacked.fromVersion,
          answer: 'affected',
          because: `the locked release ${simplifiedVersion(input.version)} has ${finding.attr} ${lacked.fromVersion}`,
          since: finding.openedAt,
          fixedIn: lacked.releasedIn,
          dueAt: finding.remediationDueAt,
          todo: `Run: nix flake update ${input.input}`,
        };
      // Fixed on the branch, and in no release yet: whoever locks a release does not have it.
      const isAwaited = finding.state === 'fixed' && finding.releasedAt === null;
      return { ...named, version: finding.version, ...(isAwaited ? openState(finding, null) : stateOf(finding)) };
    });
}
