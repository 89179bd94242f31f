import calculator from 'ae-cvss-calculator';

/**
 * `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H` has the base score 9.8.
 * Defined by https://www.first.org/cvss/specification-document (2.0, 3.0, 3.1 and 4.0).
 */
const { Cvss2, Cvss3P0, Cvss3P1, Cvss4P0 } = calculator;

export type CvssVersion = '2.0' | '3.0' | '3.1' | '4.0';

export interface CvssScore {
  readonly version: CvssVersion;
  /** 0 to 10: the base score; for 4.0 the score of the whole vector, which knows no separate one. */
  readonly score: number;
}

const impact3 = { AV: 'N A L P', AC: 'L H', PR: 'N L H', UI: 'N R', S: 'U C', C: 'N L H', I: 'N L H', A: 'N L H' };
const optional3 = {
  E: 'X U P F H',
  RL: 'X O T W U',
  RC: 'X U R C',
  CR: 'X L M H',
  IR: 'X L M H',
  AR: 'X L M H',
  MAV: 'X N A L P',
  MAC: 'X L H',
  MPR: 'X N L H',
  MUI: 'X N R',
  MS: 'X U C',
  MC: 'X N L H',
  MI: 'X N L H',
  MA: 'X N L H',
};

type Table = Readonly<Record<string, string>>;
const metrics: Readonly<Record<CvssVersion, { readonly required: Table; readonly optional: Table }>> = {
  '2.0': {
    required: { AV: 'L A N', AC: 'H M L', Au: 'M S N', C: 'N P C', I: 'N P C', A: 'N P C' },
    optional: {
      E: 'ND U POC F H',
      RL: 'ND OF TF W U',
      RC: 'ND UC UR C',
      CDP: 'ND N L LM MH H',
      TD: 'ND N L M H',
      CR: 'ND L M H',
      IR: 'ND L M H',
      AR: 'ND L M H',
    },
  },
  '3.0': { required: impact3, optional: optional3 },
  '3.1': { required: impact3, optional: optional3 },
  '4.0': {
    required: {
      AV: 'N A L P',
      AC: 'L H',
      AT: 'N P',
      PR: 'N L H',
      UI: 'N P A',
      VC: 'H L N',
      VI: 'H L N',
      VA: 'H L N',
      SC: 'H L N',
      SI: 'H L N',
      SA: 'H L N',
    },
    optional: {
      E: 'X A P U',
      CR: 'X H M L',
      IR: 'X H M L',
      AR: 'X H M L',
      MAV: 'X N A L P',
      MAC: 'X L H',
      MAT: 'X N P',
      MPR: 'X N L H',
      MUI: 'X N P A',
      MVC: 'X H L N',
      MVI: 'X H L N',
      MVA: 'X H L N',
      MSC: 'X H L N',
      MSI: 'X S H L N',
      MSA: 'X S H L N',
      S: 'X N P',
      AU: 'X N Y',
      R: 'X A U I',
      V: 'X D C',
      RE: 'X L M H',
      U: 'X Clear Green Amber Red',
    },
  },
};

/** A vector's version and score, or null when it is not a complete, valid vector. */
export function scoreCvss(vector: string): CvssScore | null {
  const known = scores.get(vector);
  if (known !== undefined) return known;
  const score = compute(vector);
  // Feeds repeat a few thousand vectors endlessly.
  if (scores.size >= 50_000) scores.clear();
  scores.set(vector, score);
  return score;
}

const scores = new Map<string, CvssScore | null>();

function compute(vector: string): CvssScore | null {
  if (vector.length > 400) return null;
  const parts = vector.replace(/^\(|\)$/g, '').split('/');
  const version = versionOf(parts);
  // The calculator scores what it cannot read as 0, so everything is checked first.
  if (version === null || !isComplete(parts, version)) return null;
  const text = version === '2.0' ? parts.join('/') : `CVSS:${version}/${parts.join('/')}`;
  return { version, score: calculate(text, version) };
}

/** Takes the prefix off `parts`. */
function versionOf(parts: string[]): CvssVersion | null {
  const prefix = /^CVSS:(3\.0|3\.1|4\.0|2\.0)$/.exec(parts[0] ?? '')?.[1];
  if (prefix === undefined) return '2.0';
  parts.shift();
  return prefix as CvssVersion;
}

function isComplete(parts: readonly string[], version: CvssVersion): boolean {
  const { required, optional } = metrics[version];
  const seen = new Set<string>();
  for (const part of parts) {
    const [name = '', value = ''] = part.split(':');
    const values = Object.hasOwn(required, name)
      ? required[name]
      : Object.hasOwn(optional, name)
        ? optional[name]
        : undefined;
    if (values === undefined || seen.has(name) || !values.split(' ').includes(value)) return false;
    seen.add(name);
  }
  return Object.keys(required).every((name) => seen.has(name));
}

function calculate(text: string, version: CvssVersion): number {
  switch (version) {
    case '2.0':
      return new Cvss2(text).calculateScores().base ?? 0;
    case '3.0':
      return new Cvss3P0(text).calculateScores().base ?? 0;
    case '3.1':
      return new Cvss3P1(text).calculateScores().base ?? 0;
    case '4.0':
      return new Cvss4P0(text).calculateScores().overall ?? 0;
  }
}
