import { compareVersions } from '../../formats/versions/index.ts';
import type { AdvisoryFacts } from '../advisories/index.ts';
import { type Absence, absenceOf, mayBeAbsent } from './absence.ts';
import type { Entry } from './entries-of.ts';
import { type Evaluation, evaluateRange } from './evaluate-range.ts';
import { type FixedElsewhere, fixedElsewhere } from './fixed-elsewhere.ts';
import type { IdentityData } from './identity-data.ts';
import type { Factor, IdentityEvidence, Justification, Match, PatchEvidence } from './model.ts';
import type { Package } from './package-of.ts';
import { patchEvidence } from './patch-evidence.ts';
import { scopeFactor } from './scope-of.ts';
import { bestPrior, keepStrongest, type Spoken, spokenOf } from './spoken-of.ts';
import { statementFactors } from './statement-factors.ts';

/** What a record says of the package: the strongest of its entries. */
export interface AssessedRecord {
  readonly source: string;
  readonly recordId: string;
  readonly prior: number;
  readonly evaluation: Evaluation;
}

/** Everything that went into a match, or into none. */
export interface Assessment {
  readonly identity: readonly IdentityEvidence[];
  /** Entries that speak of something else, and what. */
  readonly others: readonly string[];
  readonly denied: string | null;
  readonly records: readonly AssessedRecord[];
  readonly patch: PatchEvidence;
  readonly identityScore: number;
  readonly rangeFactor: number;
  readonly factors: readonly Factor[];
  readonly score: number;
  readonly disagreement: string | null;
  /** Systems whose own derivation admits the vulnerability. */
  readonly admitted: readonly string[];
  readonly status: Match['status'];
  /**
   * On lists of their own: `unbounded`, for no record has an end, and `elsewhere`, for only another distribution's fix
   * speaks of it. `stored`: for the search only, nobody is asked.
   */
  readonly route: 'automatic' | 'queue' | 'unbounded' | 'elsewhere' | 'stored';
  readonly fixedIn: string | null;
  readonly justification: Justification | null;
}

/** Holds one package, filed under `keys`, against what the records of one advisory say. */
export function assess(
  carried: Package,
  keys: readonly string[],
  advisory: AdvisoryFacts,
  entries: readonly Entry[],
  data: IdentityData,
): Assessment {
  const identity: IdentityEvidence[] = [];
  const others = new Set<string>();
  let denied: string | null = null;
  const records: AssessedRecord[] = [];
  let before: Spoken | null = null;
  for (const entry of entries) {
    const spoken = spokenOf(carried, keys, entry.products, data);
    if (spoken === null) continue;
    // The same again is no more evidence.
    if (spoken !== before) keepStrongest(identity, spoken.evidence);
    before = spoken;
    for (const other of spoken.others) others.add(other);
    denied = spoken.denied ?? denied;
    if (spoken.same.length === 0) continue;
    const record = assessedRecord(carried, entry, spoken);
    // The entries of a record stand together.
    const last = records.at(-1);
    if (last?.source === entry.source && last.recordId === entry.recordId)
      records[records.length - 1] = stronger(last, record);
    else records.push(record);
  }
  const admitted = admittedBy(carried, advisory);
  if (admitted.length > 0)
    keepStrongest(identity, [
      { tier: 'A1', prior: 0.98, because: 'the package lists it among its known vulnerabilities' },
    ]);
  const patch = patchEvidence(carried, advisory, data.fixChanges);
  return concluded({
    carried,
    advisory,
    identity,
    others: [...others],
    denied,
    records,
    patch,
    admitted,
  });
}

/** What the entry says of this version; where the package holds nothing of a product, the word on the others counts. */
function assessedRecord(carried: Package, entry: Entry, spoken: Spoken): AssessedRecord {
  const { source, recordId } = entry;
  const evaluation = evaluateRange(entry.affected, carried.version);
  if (!spoken.isAbsent && !mayBeAbsent(entry)) return { source, recordId, prior: spoken.prior, evaluation };
  return spoken.same
    .map(({ identity, identification }): AssessedRecord => {
      const absence = identification.absence ?? absenceOf(carried, entry, identity);
      const prior = bestPrior(identification.evidence);
      return { source, recordId, prior, evaluation: absence === null ? evaluation : without(absence, evaluation) };
    })
    .reduce(stronger);
}

/** The package does not hold what the entry speaks of, whatever its version. */
function without(absence: Absence, evaluation: Evaluation): Evaluation {
  return { ...evaluation, ...absence, outcome: 'out', precise: true, disputed: false, passed: false };
}

const strength: Readonly<Record<Evaluation['outcome'], number>> = { in: 3, 'weak-in': 2, out: 1, unknown: 0 };

/** Branches of one record: in one of them is in, and of those passed the latest is the one that the version follows. */
function stronger(a: AssessedRecord, b: AssessedRecord): AssessedRecord {
  const prior = Math.max(a.prior, b.prior);
  const [first, second] = [strength[a.evaluation.outcome], strength[b.evaluation.outcome]];
  if (first !== second) return { ...(first > second ? a : b), prior };
  return { ...(isPassedLater(b.evaluation, a.evaluation) ? b : a), prior };
}

function isPassedLater(one: Evaluation, other: Evaluation): boolean {
  if (!one.passed || !other.passed) return one.passed && !other.passed;
  if (one.fixedIn === null || other.fixedIn === null) return false;
  return (compareVersions('generic', one.fixedIn, other.fixedIn) ?? 0) > 0;
}

/** Feeds in which a project speaks of its own versions. */
const projects: ReadonlySet<string> = new Set(['openssl', 'curl', 'nginx', 'httpd', 'node']);

/**
 * The records whose word counts. A project knows its own branches, so its precise word stands alone; the kernel's is in
 * the CVE list, where NVD's cumulative ranges know no branches. A record that may be about something else has no vote
 * against one that surely is not.
 */
function votersOf({ mappings }: Package, records: readonly AssessedRecord[]): readonly AssessedRecord[] {
  const own = records.filter(({ source, evaluation }) => projects.has(source) && evaluation.precise);
  if (own.length > 0) return own;
  const isKernel = mappings.some(({ product, verdict }) => product === 'linux_kernel' && verdict === 'is');
  const hasKernelWord = isKernel && records.some(({ source, evaluation }) => source === 'cve' && evaluation.precise);
  const best = records.reduce((most, { prior }) => Math.max(most, prior), 0);
  return records.filter(({ source, prior }) => prior >= best - 0.3 && !(hasKernelWord && source.startsWith('nvd')));
}

function admittedBy({ instances }: Package, { id, aliases }: AdvisoryFacts): readonly string[] {
  if (instances.every(({ knownVulnerabilities }) => knownVulnerabilities.length === 0)) return [];
  const names = [id, ...aliases];
  return instances
    .filter(({ knownVulnerabilities }) =>
      knownVulnerabilities.some((note) => names.some((name) => hasWord(note, name))),
    )
    .map(({ system }) => system);
}

function hasWord(text: string, word: string): boolean {
  const at = text.toUpperCase().indexOf(word.toUpperCase());
  return at >= 0 && !/[\dA-Za-z]/.test(text[at + word.length] ?? '');
}

interface Facts {
  readonly carried: Package;
  readonly advisory: AdvisoryFacts;
  readonly identity: readonly IdentityEvidence[];
  readonly others: readonly string[];
  readonly denied: string | null;
  readonly records: readonly AssessedRecord[];
  readonly patch: PatchEvidence;
  readonly admitted: readonly string[];
}

function concluded({ carried, advisory, identity, others, denied, records, patch, admitted }: Facts): Assessment {
  const identityScore = 1 - identity.reduce((rest, { prior }) => rest * (1 - prior), 1);
  const voting = votersOf(carried, records);
  const inside = voting.filter(({ evaluation }) => evaluation.precise && evaluation.outcome === 'in');
  const outside = voting.filter(({ evaluation }) => evaluation.precise && evaluation.outcome === 'out');
  const isComparable = carried.version.kind !== 'absent' && outside.length === 0;
  const rangeFactor = admitted.length > 0 || inside.length > 0 ? 1 : isComparable ? rangeFactorOf(voting) : 0;
  const factors = [
    ...(advisory.disputed ? [{ value: 0.5, because: 'the vulnerability is disputed' }] : []),
    ...scopeFactor(carried.scope),
    ...statementFactors(carried, advisory),
  ];
  const score = factors.reduce((product, { value }) => product * value, identityScore * rangeFactor);
  const disagreement = disagreementOf(inside, outside, voting);
  const isOut = rangeFactor === 0 && outside.length > 0;
  const passed = outside.find(({ evaluation }) => evaluation.passed);
  const isPatched = !isOut && admitted.length === 0 && (patch.state === 'verified' || patch.state === 'claimed');
  const shared = {
    identity,
    others,
    denied,
    records,
    patch,
    identityScore,
    rangeFactor,
    factors,
    score,
    disagreement,
    admitted,
    justification: null,
  };
  if (isOut)
    return {
      ...shared,
      status: passed === undefined ? 'not_affected' : 'fixed',
      route: 'automatic',
      fixedIn: passed?.evaluation.fixedIn ?? null,
      justification: passed === undefined ? justificationOf(outside) : null,
    };
  const fixedIn = inside.map(({ evaluation }) => evaluation.fixedIn).find((version) => version !== null) ?? null;
  if (isPatched) return { ...shared, status: 'fixed', route: identityScore >= 0.5 ? 'automatic' : 'stored', fixedIn };
  if (admitted.length > 0) return { ...shared, status: 'affected', route: 'automatic', fixedIn };
  const elsewhere = denied === null && inside.length === 0 ? fixedElsewhere(carried, advisory) : null;
  if (elsewhere !== null) return onlyElsewhere(shared, elsewhere, advisory);
  if (identity.length === 0) return { ...shared, status: 'not_affected', route: 'stored', fixedIn: null };
  const isUnbounded = inside.length === 0 && voting.some(({ evaluation: { outcome } }) => outcome === 'weak-in');
  const asked = routeOf(shared, inside.length > 0, advisory);
  const route = asked === 'stored' && isUnbounded ? 'unbounded' : asked;
  return { ...shared, status: route === 'automatic' ? 'affected' : 'under_investigation', route, fixedIn };
}

/** No record tells of this version; that others fixed it is for a person to judge. */
function onlyElsewhere(
  shared: Omit<Assessment, 'status' | 'route' | 'fixedIn'>,
  { source, recordId, fixedIn, because }: FixedElsewhere,
  advisory: AdvisoryFacts,
): Assessment {
  const isKnown = shared.identity.length > 0;
  const evidence: IdentityEvidence = { tier: 'A6', prior: 0.5, because: 'a distribution has a package of this name' };
  const identityScore = isKnown ? shared.identityScore : evidence.prior;
  const rangeFactor = Math.max(shared.rangeFactor, 0.5);
  const told: AssessedRecord = {
    source,
    recordId,
    prior: evidence.prior,
    evaluation: {
      outcome: 'weak-in',
      precise: false,
      disputed: false,
      fixedIn,
      passed: false,
      justification: null,
      because,
    },
  };
  const found = {
    ...shared,
    identity: isKnown ? shared.identity : [evidence],
    records: [...shared.records, told],
    identityScore,
    rangeFactor,
    score: shared.factors.reduce((product, { value }) => product * value, identityScore * rangeFactor),
  };
  const route = routeOf(found, false, advisory) === 'queue' ? 'queue' : 'elsewhere';
  return { ...found, status: 'under_investigation', route, fixedIn };
}

function justificationOf(outside: readonly AssessedRecord[]): Justification | null {
  return outside.find(({ evaluation }) => evaluation.justification !== null)?.evaluation.justification ?? null;
}

/** Without a precise `in` or `out`: a weak `in` counts less than what cannot be told at all, which hides either answer. */
function rangeFactorOf(records: readonly AssessedRecord[]): number {
  if (records.some(({ evaluation }) => evaluation.outcome === 'in' || evaluation.outcome === 'weak-in')) return 0.4;
  return records.some(({ evaluation }) => evaluation.outcome === 'unknown') ? 0.5 : 0;
}

function disagreementOf(
  inside: readonly AssessedRecord[],
  outside: readonly AssessedRecord[],
  voting: readonly AssessedRecord[],
): string | null {
  const [yes, no] = [inside[0], outside[0]];
  if (yes !== undefined && no !== undefined) return `${yes.source} says in, ${no.source} says out`;
  return (
    voting.find(({ evaluation }) => evaluation.disputed && evaluation.outcome !== 'unknown')?.evaluation.because ?? null
  );
}

function routeOf(
  { score, disagreement, identity }: Pick<Assessment, 'score' | 'disagreement' | 'identity'>,
  isPrecise: boolean,
  { exploitation, score: severity, disputed }: AdvisoryFacts,
): Assessment['route'] {
  // Names alone need a second voice, or a person's review of the pair.
  const isKnownPair = identity.length > 1 || identity.some(({ tier }) => tier <= 'A3');
  if (score >= 0.9 && isPrecise && disagreement === null && isKnownPair) return 'automatic';
  const isUrgent =
    exploitation.knownExploitedSince !== null ||
    (exploitation.epss ?? 0) >= 0.1 ||
    exploitation.ssvc?.exploitation === 'poc' ||
    exploitation.ssvc?.exploitation === 'active' ||
    (severity ?? 0) >= 9;
  // A dispute halves the score, not the question.
  const least = isUrgent ? 0.25 : disputed && isPrecise ? 0.45 : 0.5;
  return score >= least ? 'queue' : 'stored';
}
