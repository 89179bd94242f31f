import { someOf } from '../../../foundation/some-of.ts';
import type { Gate, ReviewedCommit, ReviewedPackage, VulnerabilityChange } from './model.ts';

/** What came of building what a proposal changes. */
export type BuildReport =
  | { readonly kind: 'not-run'; readonly why: string }
  | { readonly kind: 'run'; readonly built: readonly string[]; readonly failed: readonly FailedBuild[] };

export interface FailedBuild {
  readonly attr: string;
  readonly why: string;
}

export interface GateFacts {
  readonly packages: readonly ReviewedPackage[];
  readonly commits: readonly Pick<ReviewedCommit, 'subject'>[];
  readonly systems: readonly string[];
  /** `system attr` of what evaluated before and does not now. */
  readonly broken: readonly string[];
  /** Advisories that the commits say they fix. */
  readonly claimed: readonly string[];
  readonly vulnerabilities: VulnerabilityChange;
  /** Advisories that concern a changed package before and after. */
  readonly still: readonly string[];
  /** Covered derivations, and how many of them differ. */
  readonly derivations: { readonly all: number; readonly changed: number };
  readonly builds: BuildReport;
  /** Of the tests that changed packages carry with them. */
  readonly tests: BuildReport;
}

const mostNamed = 10;

/** What a change of ours has to pass before two people may let it in; each gate says what it saw. */
export function gatesOf(facts: GateFacts): readonly Gate[] {
  return [evaluates(facts), claims(facts), builds(facts), tests(facts), resolves(facts), rebuild(facts)];
}

/** Packages that differ by more than what they are built from. */
export function changedThemselves(packages: readonly ReviewedPackage[]): readonly string[] {
  return packages.filter(({ effects }) => effects.some(({ kind }) => kind !== 'rebuilt')).map(({ attr }) => attr);
}

function evaluates({ broken, systems }: GateFacts): Gate {
  const name = 'evaluates';
  return broken.length === 0
    ? { name, outcome: 'passed', says: `everything that evaluated before does on ${systems.join(', ')}` }
    : { name, outcome: 'failed', says: `no longer evaluates: ${listed(broken)}` };
}

/** A package is claimed by the file that was touched, or by standing before the colon of a subject. */
function claims({ packages, commits }: GateFacts): Gate {
  const name = 'claims';
  const named = new Set(
    commits.flatMap(({ subject }) => /^([\w.+,{} -]+):/.exec(subject)?.[1]?.split(/[,{} ]+/) ?? []),
  );
  const claimed = new Set(packages.filter(({ commits: own }) => own.length > 0).map(({ attr }) => attr));
  const others = changedThemselves(packages).filter((attr) => !claimed.has(attr) && !named.has(attr));
  return others.length === 0
    ? { name, outcome: 'passed', says: 'only packages whose file was touched differ, and what is built from them' }
    : { name, outcome: 'failed', says: `changes packages that it does not name: ${listed(others)}` };
}

function builds({ builds: report }: GateFacts): Gate {
  const name = 'builds';
  if (report.kind === 'not-run') return { name, outcome: 'not-run', says: report.why };
  return report.failed.length === 0
    ? { name, outcome: 'passed', says: `built: ${listed(report.built)}` }
    : {
        name,
        outcome: 'failed',
        says: listed(report.failed.map(({ attr, why }) => `${attr}: ${why}`)),
      };
}

function tests({ tests: report }: GateFacts): Gate {
  const name = 'tests';
  if (report.kind === 'not-run') return { name, outcome: 'not-run', says: report.why };
  if (report.failed.length > 0)
    return {
      name,
      outcome: 'failed',
      says: listed(report.failed.map(({ attr, why }) => `${attr}: ${why}`)),
    };
  return report.built.length === 0
    ? { name, outcome: 'not-run', says: 'what changes carries no tests with it' }
    : { name, outcome: 'passed', says: `the tests of ${listed(report.built)} passed` };
}

function resolves({ claimed, still, vulnerabilities }: GateFacts): Gate {
  const name = 'resolves';
  const left = claimed.filter((id) => still.includes(id));
  const { opened } = vulnerabilities;
  if (left.length > 0) return { name, outcome: 'failed', says: `still affected by ${listed(left)}` };
  if (opened.length > 0)
    return {
      name,
      outcome: 'failed',
      says: `brings in ${listed(opened.map(({ advisoryId }) => advisoryId))}`,
    };
  const gone = claimed.filter((id) => vulnerabilities.resolved.some(({ advisoryId }) => advisoryId === id));
  const says = gone.length > 0 ? `resolves ${listed(gone)} and opens nothing` : 'opens nothing';
  return { name, outcome: 'passed', says };
}

/** FIX-10: what rebuilds more is told as a mass rebuild, and counts in the promise like everything else. */
const massDerivations = 500;
const massShare = 0.25;

function rebuild({ derivations: { all, changed } }: GateFacts): Gate {
  const isMass = changed > massDerivations || changed > massShare * all;
  const says = `${changed} of ${all} covered derivations are built anew${isMass ? ': a mass rebuild' : ''}`;
  return { name: 'rebuild', outcome: 'passed', says };
}

function listed(items: readonly string[]): string {
  return someOf(items, mostNamed);
}
