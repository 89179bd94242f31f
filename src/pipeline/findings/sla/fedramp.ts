/**
 * The times of FedRAMP's Consolidated Rules 2026 for vulnerabilities (VDR, VER) and of Rev5. For example: class C,
 * rated N4, reachable from the internet and likely exploitable: to be reduced in 4 days from the completed evaluation.
 * https://github.com/FedRAMP/rules fedramp-consolidated-rules.json, version 2026.07.14.01
 */
import type { EpochMs } from '../../../foundation/clock.ts';
import type { Band } from '../policy.ts';

export type FedrampClass = 'A' | 'B' | 'C' | 'D';
/** Potential adverse impact, N5 the worst; N1 has no time. */
export type FedrampRating = 'N5' | 'N4' | 'N3' | 'N2' | 'N1';
/** Internet-reachable and likely exploitable; likely exploitable only; neither. */
const fedrampReaches = ['reachable', 'likely', 'unlikely'] as const;
export type FedrampReach = (typeof fedrampReaches)[number];

export interface FedrampCase {
  readonly class: FedrampClass;
  readonly matchedAt: EpochMs;
  readonly evaluation: { readonly at: EpochMs; readonly rating: FedrampRating; readonly reach: FedrampReach } | null;
  /** Each lower rating reached, by a mitigation or the fix. */
  readonly reductions: readonly { readonly at: EpochMs; readonly rating: FedrampRating }[];
}

export interface FedrampReading {
  readonly evaluateBy: EpochMs;
  /** One for each rating it had, in order; `dueAt` null where the rules give no time. */
  readonly reduceBy: readonly {
    readonly rating: FedrampRating;
    readonly dueAt: EpochMs | null;
    readonly reducedAt: EpochMs | null;
  }[];
  /** From then on it has to be listed as accepted, unless it is done. */
  readonly acceptedAt: EpochMs | null;
}

const dayMs = 86_400_000;
const evaluateDays = { A: 14, B: 7, C: 5, D: 2 } as const;
const acceptedDays = 192;
const reduceDays = {
  AB: { N5: [4, 8, 32], N4: [8, 32, 64], N3: [32, 64, 192], N2: [96, 160, 192] },
  C: { N5: [2, 4, 16], N4: [4, 8, 64], N3: [16, 32, 128], N2: [48, 128, 192] },
  D: { N5: [0.5, 1, 8], N4: [2, 8, 32], N3: [8, 16, 64], N2: [24, 96, 192] },
} as const;

/** All times count from the completed evaluation, also after a reduction: the rules re-base nothing. */
export function fedrampReading(given: FedrampCase): FedrampReading {
  const { evaluation, matchedAt } = given;
  const evaluateBy = matchedAt + evaluateDays[given.class] * dayMs;
  if (evaluation === null) return { evaluateBy, reduceBy: [], acceptedAt: null };
  const reductions = given.reductions.toSorted((a, b) => a.at - b.at);
  const reduceBy = [evaluation, ...reductions].map(({ rating }, index) => {
    const days = daysOf(given.class, rating, evaluation.reach);
    return {
      rating,
      dueAt: days === null ? null : evaluation.at + days * dayMs,
      reducedAt: reductions[index]?.at ?? null,
    };
  });
  return { evaluateBy, reduceBy, acceptedAt: evaluation.at + acceptedDays * dayMs };
}

/** Rev5, still in most contracts: from detection by a scan. */
export function fedrampRev5DueAt(matchedAt: EpochMs, band: Band): EpochMs {
  const days = band === 'critical' || band === 'high' ? 30 : band === 'medium' ? 90 : 180;
  return matchedAt + days * dayMs;
}

function daysOf(serviceClass: FedrampClass, rating: FedrampRating, reach: FedrampReach): number | null {
  if (rating === 'N1') return null;
  const table = reduceDays[serviceClass === 'A' || serviceClass === 'B' ? 'AB' : serviceClass];
  return table[rating][fedrampReaches.indexOf(reach)] ?? null;
}
