import { toIso } from '../../../foundation/clock.ts';
import { defaultPolicyText } from '../default-policy.ts';
import { parsePolicy, type SlaPolicy } from '../policy.ts';
import type { Fact, FactKind } from './facts.ts';

/** `03-02 10:00` of 2027, or a full ISO text. */
export function at(text: string): number {
  const [date = '', time = '00:00'] = text.split(' ');
  const instant = Date.parse(date.length === 5 ? `2027-${date}T${time}Z` : text);
  if (Number.isNaN(instant)) throw new Error(`no instant: ${text}`);
  return instant;
}

/** As `at` reads it; null stays null. */
export function shown(instant: number | null): string | null {
  return instant === null
    ? null
    : toIso(instant)
        .slice(0, -1)
        .replace('T', ' ')
        .replace(/^2027-/, '')
        .replace(/:00$/, '');
}

/** A fact that took effect, and was recorded, at an instant. */
export function fact(when: string, kind: FactKind, given: Partial<Omit<Fact, 'kind'>> = {}): Fact {
  const instant = at(when);
  return {
    ...kind,
    at: instant,
    recordedAt: instant,
    precision: 'instant',
    source: 'test',
    evidence: null,
    actor: 'robot',
    ...given,
  };
}

export const scoreOfBand = { critical: 9.8, high: 7.5, medium: 5.3, low: 3.1 } as const;

/** A case published and matched at one instant, with a CNA's score from the start. */
export function opened(band: keyof typeof scoreOfBand | null, when = '03-02 10:00'): readonly Fact[] {
  const facts: Fact[] = [fact(when, { kind: 'first_public' }), fact(when, { kind: 'matched' })];
  if (band !== null) facts.push(cna(when, scoreOfBand[band], true));
  return facts;
}

export function cna(when: string, score: number, initial = false): Fact {
  return fact(when, { kind: 'scored', rater: 'cna_v31', score, vector: null, initial });
}

/** The policy of the reference's worked examples: everything must be done, on three systems. */
export const strictPolicy: SlaPolicy = parsePolicy(
  defaultPolicyText.replace(
    'require = ["released"]',
    'require = ["released", "cached", "verified", "advisory_published", "vex_published"]',
  ),
);

export const pausingPolicy: SlaPolicy = { ...strictPolicy, pause: { ...strictPolicy.pause, enabled: true } };

const systems = strictPolicy.done.systems;

/** All that the strict policy asks for, on every system, at one instant. */
export function done(when: string): readonly Fact[] {
  const one = (step: 'released' | 'advisory_published' | 'vex_published') =>
    fact(when, { kind: 'done', step, system: null, reference: null });
  return [
    one('released'),
    one('advisory_published'),
    one('vex_published'),
    ...systems.flatMap((system) =>
      (['cached', 'verified'] as const).map((step) => fact(when, { kind: 'done', step, system, reference: null })),
    ),
  ];
}

/** Parts a to e, and f, of an initial response by a person. */
export function answered(when: string, lastPart = when): readonly Fact[] {
  return (['a', 'b', 'c', 'd', 'e', 'f'] as const).map((part) =>
    fact(part === 'f' ? lastPart : when, { kind: 'response', part }, { actor: 'alice' }),
  );
}
