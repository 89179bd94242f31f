/**
 * The facts of one case in one short text, so that those of a hundred thousand are read within a second. For example, a
 * case of which only the publication is known: `[1,1798761600000,["CVE-2027-1"],[0,0,7200000,17,22,-2,19,-1]]`. That is
 * the version of the form, the first instant, the texts, then eight numbers a fact: kind, at and recordedAt after the
 * first instant, precision, source, evidence, actor, and what else it says, as JSON. Places from 0 on are usual words,
 * -1 is nothing, -2 the first of the texts.
 */
import type { Fact } from './facts.ts';

const form = 1;
const numbersEach = 8;
const none = -1;
const firstText = -2;

/** Named by their place: only ever added to. */
const words: readonly string[] = [
  'first_public',
  'matched',
  'scored',
  'coverage_started',
  'line_first_shipped',
  'response',
  'done',
  'not_affected_signed',
  'escalated',
  'kev_entry',
  'decision_points',
  'upstream_fix_available',
  'exposure',
  'adopted',
  'reopened',
  'retracted',
  'revived',
  'instant',
  'day',
  'robot',
  'person',
  'snowguard',
  'nvd',
  'cve',
  'kev',
  'cisa-adp',
  '{"part":"a"}',
  '{"part":"b"}',
  '{"part":"c"}',
  '{"part":"d"}',
  '{"part":"e"}',
  '{"part":"f"}',
  'customer_notified',
  'customer_acknowledged',
  'delivery',
  'customer',
];
const placeOfWord = new Map(words.map((word, place) => [word, place]));

export function packFacts(facts: readonly Fact[]): string {
  const base = Math.min(...facts.map(({ at }) => at));
  const texts: string[] = [];
  const placeOf = (text: string): number => {
    const word = placeOfWord.get(text);
    if (word !== undefined) return word;
    const known = texts.indexOf(text);
    return firstText - (known < 0 ? texts.push(text) - 1 : known);
  };
  const numbers = facts.flatMap(({ kind, at, recordedAt, precision, source, evidence, actor, ...said }) => {
    const more = JSON.stringify(said);
    return [
      placeOf(kind),
      at - base,
      recordedAt - base,
      placeOf(precision),
      placeOf(source),
      evidence === null ? none : placeOf(evidence),
      placeOf(actor),
      more === '{}' ? none : placeOf(more),
    ];
  });
  return JSON.stringify([form, base, texts, numbers]);
}

export function unpackFacts(packed: string | null): readonly Fact[] {
  if (packed === null) return [];
  const [, base, texts, numbers] = JSON.parse(packed) as [number, number, readonly string[], readonly number[]];
  const textAt = (place = none): string => (place >= 0 ? words[place] : texts[firstText - place]) ?? '';
  const facts: Fact[] = [];
  for (let from = 0; from < numbers.length; from += numbersEach) {
    const [evidence = none, more = none] = [numbers[from + 5], numbers[from + 7]];
    const fact = {
      kind: textAt(numbers[from]),
      at: base + (numbers[from + 1] ?? 0),
      recordedAt: base + (numbers[from + 2] ?? 0),
      precision: textAt(numbers[from + 3]),
      source: textAt(numbers[from + 4]),
      evidence: evidence === none ? null : textAt(evidence),
      actor: textAt(numbers[from + 6]),
    };
    facts.push((more === none ? fact : Object.assign(fact, saidOf(textAt(more)))) as Fact);
  }
  return facts;
}

/** Many cases say the same. */
const known = new Map<string, object>();
const mostKnown = 10_000;

function saidOf(text: string): object {
  const before = known.get(text);
  if (before !== undefined) return before;
  const said = JSON.parse(text) as object;
  if (known.size < mostKnown) known.set(text, said);
  return said;
}
