import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readText } from '../config/index.ts';
import { type FlakeLock, parseFlakeLock } from '../formats/nix/flake-lock.ts';
import { AppError } from '../foundation/errors.ts';
import { type SeverityBand, severityBands } from '../pipeline/advisories/index.ts';
import { type MustAct, mustAct } from '../pipeline/alerts/index.ts';
import {
  type Coverage,
  checkNixpkgs,
  coverageOf,
  endedLines,
  findInputs,
  type InputStanding,
  type LockIssue,
  lockPaths,
  type NixpkgsCheck,
  type NixpkgsPolicy,
  type SetFacts,
  staleSince,
  standingOf,
} from '../pipeline/consumers/index.ts';
import { type FactsQuestion, type FactsSource, factsSource } from './consumer-answers/facts-source.ts';
import { originOf } from './consumer-answers/lock-origin.ts';
import { closureOf } from './consumer-answers/read-closure.ts';

const checkErrors = {
  missing: { code: 'usage.no-lock', retryable: false },
  malformed: { code: 'usage.malformed-lock', retryable: false },
} as const;

/** A fix that the locked release lacks. */
export interface LackedFix {
  readonly advisoryId: string;
  readonly band: string;
  readonly attr: string;
  readonly fromVersion: string;
  readonly toVersion: string;
  readonly releasedIn: string;
  /** RFC 3339: until when the set had promised it; null where that is not told. */
  readonly dueAt: string | null;
  /** Whether that is past, so that the consumer now stands outside the promise. */
  readonly overdue: boolean;
}

export interface Move extends Omit<MustAct, 'consumerId' | 'channel' | 'fixes' | 'isHeld'> {
  readonly fixes: readonly LackedFix[];
}

/** What a lock lacks, counted from a severity upwards, and what else speaks against it. */
export interface CheckOutcome {
  readonly lock: string;
  /** The file, the workspace folder or the server that answered; null when nobody was asked. */
  readonly answeredBy: string | null;
  /** The address of the server whose set it is; null when nobody was asked. */
  readonly server: string | null;
  /** RFC 3339: since when nobody has looked, when that is more than a day; "never" when nobody ever has. */
  readonly notLookedAtSince: string | null;
  readonly inputs: readonly {
    readonly input: string;
    readonly standing: InputStanding['kind'];
    readonly version: string;
    readonly targetVersion: string | null;
    /** Open in the newest release too: nothing to run yet. */
    readonly exposures: number;
  }[];
  readonly mustAct: readonly Move[];
  readonly nixpkgs: NixpkgsCheck['inputs'];
  /** Of `--nixpkgs-keys`, those that name no input. */
  readonly missingKeys: readonly string[];
  readonly issues: readonly LockIssue[];
  /** Of the closure, when one was named. */
  readonly coverage: Coverage | null;
  /** Where in the lock each input stands, by its name: 1-based lines. */
  readonly lines: Readonly<Record<string, number>>;
}

export interface CheckRequest extends FactsQuestion {
  /** A flake.lock, the folder it lies in, or an installable such as `.#default`. */
  readonly lock: string;
  /** A file with `nix path-info -r --json`, `nix derivation show -r` or store paths. */
  readonly closure: string | undefined;
  readonly atLeast: Exclude<SeverityBand, 'unknown'>;
  readonly policy: Omit<NixpkgsPolicy, 'now'>;
}

/** Asks nothing of a Nixpkgs. */
export const emptyPolicy: CheckRequest['policy'] = {
  keys: [],
  checkSupported: false,
  checkOutdated: false,
  checkOwner: false,
  condition: null,
  statuses: {},
};

/** Holds a flake.lock against what is known of the set it names, and against the rules for any Nixpkgs. */
export async function checkLock(request: CheckRequest): Promise<CheckOutcome> {
  const { folder, installable } = placeOf(request.lock);
  const { file, text, lock } = await readLock(path.resolve(request.cwd, folder));
  const inputs = findInputs(lock);
  const source = await sourceFor(lock, request);
  const now = request.clock.now();
  const standings =
    source === null
      ? []
      : standingOf({
          consumer: { id: 'lock', name: 'this lock', inputs, seenAt: now },
          releases: source.facts.releases,
          findings: source.facts.findings,
        }).inputs;
  const components =
    installable === null && request.closure === undefined ? null : await closureOf({ ...request, installable });
  const { inputs: nixpkgs, missing, issues } = checkNixpkgs(lock, { ...request.policy, now });
  const since = source === null ? null : staleSince(source.facts, now);
  return {
    lock: file,
    answeredBy: source?.name ?? null,
    server: source?.facts.server ?? null,
    notLookedAtSince: since === null ? null : since === 0 ? 'never' : new Date(since).toISOString(),
    inputs: standings.map((standing) => ({
      input: standing.input.input,
      standing: standing.kind,
      version: standing.input.version,
      targetVersion: standing.kind === 'behind' ? standing.targetVersion : null,
      exposures: standing.kind === 'unknown' ? 0 : standing.exposures.length,
    })),
    mustAct: source === null ? [] : movesOf(standings, source.facts, request.atLeast, now),
    nixpkgs,
    missingKeys: missing,
    issues: [...(source === null ? [] : endedLines(standings, source.facts, now)), ...issues],
    coverage: components === null || source === null ? null : coverageOf(components, source.facts),
    lines: linesOf(text, lock),
  };
}

/** `.#default` is a flake and what to build of it; anything else a file or folder. */
function placeOf(text: string): { readonly folder: string; readonly installable: string | null } {
  const hash = text.indexOf('#');
  if (hash < 0) return { folder: text, installable: null };
  const flake = text.slice(0, hash).replace(/^path:/, '');
  return { folder: flake === '' ? '.' : flake, installable: text };
}

export async function readLock(
  named: string,
): Promise<{ readonly file: string; readonly text: string; readonly lock: FlakeLock }> {
  const found = await stat(named).catch(() => null);
  const file = found?.isDirectory() === true ? path.join(named, 'flake.lock') : named;
  const hint = 'Name a flake.lock or the folder it lies in; "nix flake lock" writes one.';
  if ((await stat(file).catch(() => null)) === null)
    throw new AppError(checkErrors.missing, `there is no ${file}`, { hint });
  const text = await readText(file, { missing: hint });
  const parsed = parseFlakeLock(text);
  if (parsed.kind === 'lock') return { file, text, lock: parsed.lock };
  throw new AppError(checkErrors.malformed, `${file} is not a flake.lock: ${parsed.reason}`, {
    hint: 'Write it anew with "nix flake lock".',
  });
}

/** Nix writes each node's name on a line of its own; in a lock laid out otherwise nothing is found. */
function linesOf(text: string, lock: FlakeLock): Readonly<Record<string, number>> {
  const byNode = new Map<string, number>();
  text.split('\n').forEach((line, index) => {
    const name = /^ {4}"(.{1,1000})": \{$/.exec(line)?.[1];
    if (name !== undefined && !byNode.has(name)) byNode.set(name, index + 1);
  });
  return Object.fromEntries(
    lockPaths(lock).flatMap(({ path: names, node }) => {
      const line = byNode.get(node.name);
      return line === undefined ? [] : [[names.join('/'), line]];
    }),
  );
}

/** Who was named; else the registry that the lock itself names. */
export async function sourceFor(lock: FlakeLock, question: FactsQuestion): Promise<FactsSource | null> {
  const isNamed = [question.data, question.workspace, question.server].some((each) => each !== undefined);
  return factsSource(isNamed ? question : { ...question, server: originOf(lock) ?? undefined });
}

/** An unrated fix counts as a high one, as the promise counts it. */
function counts(band: string, atLeast: SeverityBand): boolean {
  const at = severityBands.findIndex((known) => known === (band === 'unknown' ? 'high' : band));
  return at >= 0 && at <= severityBands.indexOf(atLeast);
}

function movesOf(
  inputs: readonly InputStanding[],
  { findings }: Pick<SetFacts, 'findings'>,
  atLeast: SeverityBand,
  now: number,
): readonly Move[] {
  const consumer = { id: 'lock', name: 'this lock', inputs: [], seenAt: now };
  return mustAct([{ consumer, inputs }])
    .filter((action) => action.yanked || action.fixes.some(({ band }) => counts(band, atLeast)))
    .map(({ consumerId: _, isHeld: __, channel, fixes, ...move }) => {
      return {
        ...move,
        fixes: fixes.map(({ advisoryId, band, attr, fromVersion, toVersion, releasedIn }) => {
          const due = findings.find(
            (finding) => finding.advisoryId === advisoryId && finding.attr === attr && finding.channel === channel,
          )?.remediationDueAt;
          return {
            advisoryId,
            band,
            attr,
            fromVersion,
            toVersion,
            releasedIn,
            dueAt: due === undefined || due > 8.64e15 ? null : new Date(due).toISOString(),
            overdue: due !== undefined && due < now,
          };
        }),
      };
    });
}
