import { createHash } from 'node:crypto';
import type { Instance } from '../../catalog/index.ts';
import type {
  ExaminedBuild,
  ExaminedCommit,
  ExaminedPackage,
  ExaminedStep,
  Need,
  PackagePair,
} from '../detectors/detector.ts';
import { detectors } from '../detectors/index.ts';
import { actsOf } from '../detectors/merge-provenance.ts';
import { effectsBetween } from '../effects-between.ts';
import { idsOfPatches } from '../ids-of-patches.ts';
import type { ReviewedSource } from '../sources/compare-source.ts';
import type {
  DerivationProof,
  Examination,
  Review,
  ReviewClass,
  ReviewedPackage,
  VulnerabilityChange,
} from './model.ts';

/** The attributes of a derivation as text, beside what a package says of its sources. */
export interface BuildDetails {
  readonly attributes: Readonly<Record<string, string>>;
  readonly provenance: readonly string[];
  /** `outputHashMode` of each source: `flat` is of the archive. */
  readonly hashModes: readonly string[];
}

/** By `system attr`. Null where nothing could be evaluated. */
export type DetailsByPair = ReadonlyMap<string, BuildDetails> | null;

export interface StepFacts {
  readonly how: Review['how'];
  /** Why equal derivations prove nothing here, as sentences for a person; empty where they do. */
  readonly unproven: readonly string[];
  readonly at: number;
  readonly evaluator: string;
  readonly before: readonly Instance[];
  readonly after: readonly Instance[];
  readonly detailsBefore: DetailsByPair;
  readonly detailsAfter: DetailsByPair;
  readonly paths: ExaminedStep['paths'];
  readonly files: ExaminedStep['files'];
  readonly vulnerabilities: VulnerabilityChange;
  readonly commits: readonly ExaminedCommit[];
  readonly commitCount: number;
  readonly windows: ExaminedStep['windows'];
  /** The version of a package that has the fix for an id; null when nobody says. */
  readonly fixedIn: (attr: string, id: string) => string | null;
  /** What was fetched, built and asked for of the packages that change, by attribute. */
  readonly collected: ReadonlyMap<string, CollectedFacts>;
  /** Why something could not be collected, or not for every package: sentences for a person. */
  readonly lacking: Lacking;
}

export interface CollectedFacts extends Pick<ExaminedPackage, 'sources' | 'outputs' | 'signals'> {
  /** For the page of the review. */
  readonly source: ReviewedSource | null;
}

export type Lacking = Readonly<Partial<Record<Need, readonly string[]>>>;

const mostCommits = 500;
const mostReasons = 20;
/** What a proof cannot speak of: code that is run or checked with, and what is only evaluated when it is overridden. */
const neverProven =
  /^(ci|\.github|maintainers\/scripts|lib|pkgs\/build-support|pkgs\/stdenv|nixos\/modules)\/|(^|\/)update\.(sh|py|nix)$|\.(pem|asc|gpg)$/;

/** Looks at a step with every detector and says who has to look at it next. */
export function examineStep(facts: StepFacts): Examination {
  const packages = changedPackages(facts);
  const step: ExaminedStep = { ...facts, packages };
  const hits = detectors.flatMap(({ id, title, examine }) =>
    examine(step).map((hit) => ({ detector: id, title, ...hit })),
  );
  const notExamined = detectors.flatMap(({ id, needs }) => {
    const lacks = needs.filter((need) => (facts.lacking[need] ?? []).length > 0);
    const why = lacks.flatMap((need) => facts.lacking[need] ?? []).slice(0, mostReasons);
    return lacks.length === 0 ? [] : [{ detector: id, lacks, why }];
  });
  const proof = proofOf(facts);
  const reviewed = reviewedPackages(facts);
  return {
    class: classOf({ facts, proof, seen: hits.some(({ severity }) => severity !== 'info'), reviewed }),
    hits,
    notExamined,
    ...(facts.unproven.length === 0 ? {} : { unproven: facts.unproven }),
    proof,
    packages: reviewed,
    vulnerabilities: facts.vulnerabilities,
    commits: facts.commits.slice(0, mostCommits).map((commit) => ({
      id: commit.id,
      subject: commit.subject,
      committedAt: commit.committedAt,
      attrs: attrsTouchedBy(commit.paths, facts),
      people: actsOf(commit),
    })),
    commitCount: facts.commitCount,
    sources: [...facts.collected.values()].flatMap(({ source }) => source ?? []),
  };
}

function classOf(given: {
  readonly facts: StepFacts;
  readonly proof: DerivationProof;
  readonly seen: boolean;
  readonly reviewed: readonly ReviewedPackage[];
}): ReviewClass {
  const { facts, proof, seen, reviewed } = given;
  // What one of us brings in is for two people, whatever it changes.
  if (
    facts.how !== 'upstream' ||
    facts.unproven.length > 0 ||
    seen ||
    proof.before !== proof.after ||
    facts.paths.some(({ path }) => neverProven.test(path))
  )
    return 'people';
  const touched = facts.commits.some(({ paths }) => attrsTouchedBy(paths, facts).length > 0);
  return touched || reviewed.length > 0 ? 'robot' : 'proof';
}

/** One digest over which derivation each covered package has on each system; sorted, so that order does not matter. */
export function proofOf({
  before,
  after,
  evaluator,
}: Pick<StepFacts, 'before' | 'after' | 'evaluator'>): DerivationProof {
  const digest = (instances: readonly Instance[]) => {
    const lines = instances.map(({ attr, system, drvPath, name }) => `${system} ${attr} ${drvPath ?? name}\n`).sort();
    return createHash('sha256').update(lines.join('')).digest('hex');
  };
  const systems = [...new Set([...before, ...after].map(({ system }) => system))].sort();
  return { systems, before: digest(before), after: digest(after), evaluator };
}

function changedPackages(facts: StepFacts): readonly ExaminedPackage[] {
  const old = new Map(facts.before.map((instance) => [pairOf(instance), instance]));
  const packages = new Map<string, { readonly pairs: PackagePair[]; readonly fixedIn: Map<string, string | null> }>();
  for (const now of facts.after) {
    const before = old.get(pairOf(now));
    if (before === undefined || isSameBuild(before, now)) continue;
    const known = packages.get(now.attr) ?? { pairs: [], fixedIn: new Map<string, string | null>() };
    known.pairs.push({
      system: now.system,
      before: buildOf(before, facts.detailsBefore),
      after: buildOf(now, facts.detailsAfter),
    });
    for (const id of idsOfPatches(before.patches)) known.fixedIn.set(id, facts.fixedIn(now.attr, id));
    packages.set(now.attr, known);
  }
  const nothing = { sources: null, outputs: null, signals: null };
  return [...packages].map(([attr, found]) => {
    const { sources, outputs, signals } = facts.collected.get(attr) ?? nothing;
    return { attr, ...found, sources, outputs, signals };
  });
}

/** The derivation knows neither its maintainers nor where it is written, but a warning matters. */
function isSameBuild(before: Instance, now: Instance): boolean {
  const warned = JSON.stringify(before.knownVulnerabilities) === JSON.stringify(now.knownVulnerabilities);
  return before.drvPath === null
    ? JSON.stringify(before) === JSON.stringify(now)
    : warned && before.drvPath === now.drvPath;
}

function buildOf(instance: Instance, details: DetailsByPair): ExaminedBuild {
  const found = details?.get(pairOf(instance));
  return { ...instance, attributes: found?.attributes ?? null, provenance: found?.provenance ?? [] };
}

export function pairOf({ system, attr }: { readonly system: string; readonly attr: string }): string {
  return `${system} ${attr}`;
}

function reviewedPackages(facts: StepFacts): readonly ReviewedPackage[] {
  const effects = Map.groupBy(effectsBetween(facts.before, facts.after), ({ attr }) => attr);
  return [...effects].map(([attr, own]) => ({
    attr,
    effects: own,
    commits: facts.commits.filter(({ paths }) => attrsTouchedBy(paths, facts).includes(attr)).map(({ id }) => id),
  }));
}

const placesOfStep = new WeakMap<StepFacts, ReadonlyMap<string, readonly string[]>>();

/** Packages whose file, or a file beside it in a folder of its own, is among the paths. */
function attrsTouchedBy(paths: readonly string[], facts: StepFacts): readonly string[] {
  let places = placesOfStep.get(facts);
  if (places === undefined) {
    const found = new Map<string, Set<string>>();
    for (const { attr, position } of [...facts.before, ...facts.after]) {
      const folder = folderOf(position?.replace(/:\d+$/, '') ?? '');
      if (folder !== null) found.set(folder, (found.get(folder) ?? new Set()).add(attr));
    }
    places = new Map([...found].map(([folder, attrs]) => [folder, [...attrs]]));
    placesOfStep.set(facts, places);
  }
  return [...new Set(paths.flatMap((path) => places.get(folderOf(path) ?? '') ?? []))];
}

/** `pkgs/by-name/xz/xz` for every file under it; elsewhere the folder of the file. */
function folderOf(path: string): string | null {
  const byName = /^pkgs\/by-name\/[^/]+\/[^/]+/.exec(path)?.[0];
  if (byName !== undefined) return byName;
  const end = path.lastIndexOf('/');
  return end <= 0 ? null : path.slice(0, end);
}
