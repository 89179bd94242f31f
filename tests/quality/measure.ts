import { carriedPackage, type IdentityData, matchPackage } from '../../src/pipeline/matching/index.ts';
import { type Answer, nameOf, type Unit } from './unit.ts';

export interface Figures {
  readonly units: number;
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Reports whose label is unclear, of all reports. */
  readonly unlabelled: number;
}

export interface Measured {
  /** What is reported: opened by itself or brought before a person. */
  readonly reported: Figures;
  /** What is opened without a person. */
  readonly automatic: Figures;
  readonly byMode: Readonly<Record<string, Figures>>;
  /** By the strongest tier that ties the record to the package; `none` where nothing does. */
  readonly byTier: Readonly<Record<string, Figures>>;
  readonly falseNegatives: readonly string[];
  readonly falsePositives: readonly string[];
}

interface Judged {
  readonly unit: Unit;
  readonly answer: Answer;
  readonly tier: string;
}

export function measure(units: readonly Unit[], data: IdentityData): Measured {
  const judged = units.map((unit) => judge(unit, data));
  const isReported = ({ answer }: Judged) => answer !== 'no';
  const names = (label: Unit['label'], reported: boolean) =>
    judged
      .filter((one) => one.unit.label === label && isReported(one) === reported)
      .map(({ unit }) => nameOf(unit))
      .sort();
  return {
    reported: figures(judged, isReported),
    automatic: figures(judged, ({ answer }) => answer === 'affected'),
    byMode: grouped(judged, ({ unit }) => unit.mode, isReported),
    byTier: grouped(judged, ({ tier }) => tier, isReported),
    falseNegatives: names('affected', false),
    falsePositives: names('not_affected', true),
  };
}

function judge(unit: Unit, data: IdentityData): Judged {
  const carried = carriedPackage([unit.instance], data);
  const found = matchPackage({ channel: 'quality', carried, advisory: unit.advisory, data });
  const isOpen = found?.match.status === 'affected' || found?.match.status === 'under_investigation';
  const answer =
    !isOpen || found.route === 'stored' || found.route === 'unbounded' || found.route === 'elsewhere'
      ? 'no'
      : found.route === 'queue'
        ? 'queue'
        : 'affected';
  return { unit, answer, tier: found?.match.identity.map(({ tier }) => tier).sort()[0] ?? 'none' };
}

function grouped(
  judged: readonly Judged[],
  groupOf: (one: Judged) => string,
  isReported: (one: Judged) => boolean,
): Readonly<Record<string, Figures>> {
  const groups = [...Map.groupBy(judged, groupOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(groups.map(([name, members]) => [name, figures(members, isReported)]));
}

function figures(judged: readonly Judged[], isReported: (one: Judged) => boolean): Figures {
  const reports = judged.filter(isReported);
  const count = (label: Unit['label']) => reports.filter(({ unit }) => unit.label === label).length;
  const [tp, fp] = [count('affected'), count('not_affected')];
  const fn = judged.filter(({ unit }) => unit.label === 'affected').length - tp;
  return {
    units: judged.length,
    tp,
    fp,
    fn,
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    f1: share(2 * tp, 2 * tp + fp + fn),
    unlabelled: reports.length === 0 ? 0 : rounded(count('unclear') / reports.length),
  };
}

/** Nothing to find, or nothing found wrong, is no failure. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : rounded(part / whole);
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
