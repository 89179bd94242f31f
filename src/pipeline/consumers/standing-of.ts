import { compareFlakeVersions, parseFlakeVersion } from '../../formats/nix/flake-version.ts';
import { parseRequirement, satisfies } from '../../formats/nix/requirement.ts';
import type { Finding } from '../findings/index.ts';
import type { Release } from '../releases/index.ts';
import type { Consumer, ConsumerInput, InputStanding, KnownExposure, MissingFix, Standing } from './model.ts';

/** What is asked of a release and of a finding: also what a document for consumers tells of them. */
type KnownRelease = Pick<
  Release,
  'uuid' | 'organisation' | 'flake' | 'channel' | 'version' | 'publishedAt' | 'yankedAt' | 'fixes'
>;
type KnownFinding = Pick<Finding, 'id' | 'advisoryId' | 'attr' | 'channel' | 'band' | 'state'>;

/** Where a consumer stands against what is published and what is known. Pure. */
export function standingOf(given: {
  readonly consumer: Consumer;
  readonly releases: readonly KnownRelease[];
  readonly findings: readonly KnownFinding[];
}): Standing {
  const inputs = given.consumer.inputs.map((input) => standingOfInput(input, given.releases, given.findings));
  return { consumer: given.consumer, inputs };
}

/** The same for one locked input. */
export function standingOfInput(
  input: ConsumerInput,
  releases: readonly KnownRelease[],
  findings: readonly KnownFinding[],
): InputStanding {
  const locked = releases.find((release) => release.uuid === input.releaseUuid);
  if (locked === undefined) return { kind: 'unknown', input };
  const own = releases.filter((release) => isSameFlake(release, locked)).sort(compare);
  const newer = own.filter((release) => compare(release, locked) > 0);
  const best = newer.filter(isOffered).at(-1);
  const { channel } = locked;
  const exposures = exposuresOf(channel, findings);
  const yanked = locked.yankedAt !== null;
  // Away from a withdrawn release also means back.
  const target = best ?? (yanked ? own.filter(isOffered).at(-1) : undefined);
  if (target === undefined) return { kind: 'current', input, channel, yanked, exposures };
  return {
    kind: 'behind',
    input,
    channel,
    targetVersion: target.version,
    targetUuid: target.uuid,
    reachable: admits(input.requirement, target.version),
    yanked,
    missing: missingFixes(newer.filter((release) => compare(release, target) <= 0)).filter(
      (fix) => !exposures.some(({ advisoryId, attr }) => advisoryId === fix.advisoryId && attr === fix.attr),
    ),
    exposures,
  };
}

/** What the locked release holds of fixes, of all releases of its line until then. */
export function shippedFixes(input: ConsumerInput, releases: readonly KnownRelease[]): readonly MissingFix[] {
  const locked = releases.find((release) => release.uuid === input.releaseUuid);
  if (locked === undefined) return [];
  const until = releases.filter((release) => isSameFlake(release, locked) && compare(release, locked) <= 0);
  return missingFixes(until.sort(compare));
}

function isOffered({ yankedAt }: KnownRelease): boolean {
  return yankedAt === null;
}

function isSameFlake(a: KnownRelease, b: KnownRelease): boolean {
  return a.organisation === b.organisation && a.flake === b.flake && a.channel === b.channel;
}

function compare(a: KnownRelease, b: KnownRelease): number {
  const [left, right] = [parseFlakeVersion(a.version), parseFlakeVersion(b.version)];
  return left === null || right === null ? a.publishedAt - b.publishedAt : compareFlakeVersions(left, right);
}

function admits(requirement: string | null, version: string): boolean {
  if (requirement === null) return false;
  const [parsed, candidate] = [parseRequirement(requirement), parseFlakeVersion(version)];
  return parsed.kind === 'requirement' && candidate !== null && satisfies(parsed, candidate);
}

/** Fixes of the releases between, oldest first: from the version the consumer has to the last one. What opened again since is none. */
function missingFixes(between: readonly KnownRelease[]): readonly MissingFix[] {
  const fixes = new Map<string, MissingFix>();
  for (const release of between) {
    for (const fix of release.fixes) {
      const key = JSON.stringify([fix.advisoryId, fix.attr]);
      const earlier = fixes.get(key);
      fixes.set(key, {
        ...fix,
        fromVersion: earlier?.fromVersion ?? fix.fromVersion,
        releasedIn: earlier?.releasedIn ?? release.version,
      });
    }
  }
  return [...fixes.values()];
}

function exposuresOf(channel: string, findings: readonly KnownFinding[]): readonly KnownExposure[] {
  return findings
    .filter((finding) => finding.channel === channel && finding.state === 'open')
    .map(({ id, advisoryId, attr, band }) => ({ findingId: id, advisoryId, attr, band }));
}
