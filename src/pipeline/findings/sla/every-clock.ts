import { type EpochMs, toIso } from '../../../foundation/clock.ts';
import { bodClocks } from './bod-clocks.ts';
import { notComputedBecause } from './calendar.ts';
import { type CaseClock, type ClocksOf, plainState } from './case-clock.ts';
import { comparisonClocks } from './comparison-clocks.ts';
import { craVulnerability } from './cra14.ts';
import { type CraFiling, earliest, factsOf } from './facts.ts';
import { fedrampReading, fedrampRev5DueAt } from './fedramp.ts';
import { readClock } from './read-clock.ts';
import { doneAt } from './stops.ts';

/** Every clock that runs, ran or could run over a case. */
export function everyClock(given: ClocksOf): readonly CaseClock[] {
  return [
    ...contractClocks(given),
    ...comparisons(given),
    ...bodClocks(given),
    ...fedrampClocks(given),
    ...craClocks(given),
  ];
}

function contractClocks({ timeline, policy, now }: ClocksOf): readonly CaseClock[] {
  return (['response', 'remediation'] as const).map((clock) => {
    const line = timeline[clock];
    const windowMs = policy.windows[timeline.band][clock];
    const notes = [
      windowMs === null ? `nothing is promised for ${timeline.band}` : `${hoursOf(windowMs)} for ${timeline.band}`,
      ...(clock === 'remediation' && timeline.flags.has('not_computed') ? [notComputedBecause(policy.clock)] : []),
      ...(line.originalDueAt !== line.dueAt && line.originalDueAt !== null
        ? [`originally due ${toIso(line.originalDueAt)}`]
        : []),
      ...(line.revisedTargetAt === null ? [] : [`revised target ${toIso(line.revisedTargetAt)}`]),
      ...(line.recoveryAt === null ? [] : [`recovery target ${toIso(line.recoveryAt)}`]),
      ...(clock === 'remediation' && timeline.dueWithoutPausesAt !== line.dueAt && timeline.dueWithoutPausesAt !== null
        ? [`without pauses due ${toIso(timeline.dueWithoutPausesAt)}`]
        : []),
      ...(timeline.flags.has('rerated') ? ['the severity rose after the start'] : []),
    ];
    return {
      name: `contract.${clock}`,
      of: null,
      force: 'contract',
      startAt: timeline.start.at,
      dueAt: line.dueAt,
      stoppedAt: line.stoppedAt,
      state: readClock(timeline, clock, now),
      because: `${notes.join('; ')}.`,
    };
  });
}

function comparisons({ facts, timeline, policy, now }: ClocksOf): readonly CaseClock[] {
  const found = comparisonClocks(facts, timeline, policy);
  return (['detection', 'fix_available'] as const).map((name) => {
    const clock = found.find((one) => one.name === name);
    const from = name === 'detection' ? 'the match' : 'the fix upstream';
    const instants = {
      startAt: clock?.startAt ?? null,
      dueAt: clock?.dueAt ?? null,
      stoppedAt: clock?.stoppedAt ?? null,
    };
    return {
      name,
      of: null,
      force: 'comparison',
      ...instants,
      state: plainState({ ...instants, now }),
      because:
        clock === undefined
          ? `It would start with ${from}, which is not known.`
          : `The remediation window of ${timeline.band}, counted from ${from}${clock.dueAt === null ? `, ${notComputedBecause(policy.clock)}` : ''}.`,
    };
  });
}

function fedrampClocks({ facts, timeline, now, fedrampClass }: ClocksOf): readonly CaseClock[] {
  const matchedAt = earliest(factsOf(facts, 'matched'));
  if (matchedAt === null) return [];
  const { stoppedAt } = timeline.remediation;
  const clock = (
    name: string,
    of: string | null,
    instants: Pick<CaseClock, 'startAt' | 'dueAt' | 'stoppedAt'>,
    because: string,
  ): CaseClock => ({ name, of, force: 'optional', ...instants, state: plainState({ ...instants, now }), because });
  const rev5 = clock(
    'fedramp_rev5',
    null,
    { startAt: matchedAt, dueAt: fedrampRev5DueAt(matchedAt, timeline.band), stoppedAt },
    'From detection: 30 days for critical and high, 90 for medium, 180 for low.',
  );
  if (fedrampClass === null) return [rev5];
  const [evaluation] = factsOf(facts, 'evaluated').toSorted((a, b) => a.at - b.at);
  const reading = fedrampReading({
    class: fedrampClass,
    matchedAt,
    evaluation: evaluation ?? null,
    reductions: factsOf(facts, 'reduced'),
  });
  const evaluatedAt = evaluation?.at ?? null;
  return [
    clock(
      'fedramp_cr26.evaluate',
      `class ${fedrampClass}`,
      { startAt: matchedAt, dueAt: reading.evaluateBy, stoppedAt: evaluatedAt },
      'From detection, by class (VER-TFR-EVU).',
    ),
    ...reading.reduceBy.map(({ rating, dueAt, reducedAt }) =>
      clock(
        'fedramp_cr26.reduce',
        rating,
        { startAt: evaluatedAt, dueAt, stoppedAt: reducedAt ?? stoppedAt },
        dueAt === null
          ? `The rules give no time for ${rating}.`
          : `From the completed evaluation, as ${rating} (VDR-TFR-PVR).`,
      ),
    ),
    ...(reading.acceptedAt === null
      ? []
      : [
          clock(
            'fedramp_cr26.accepted',
            null,
            { startAt: evaluatedAt, dueAt: reading.acceptedAt, stoppedAt },
            'Not done 192 days after the evaluation, it has to be listed as accepted (VER-TFR-MAV).',
          ),
        ]),
    rev5,
  ];
}

function craClocks({ facts, policy, now }: ClocksOf): readonly CaseClock[] {
  const awareAt = earliest(factsOf(facts, 'exploitation_aware'));
  if (awareAt === null) return [];
  const released = doneAt(facts, { ...policy.done, require: ['released'] }, Number.NEGATIVE_INFINITY);
  const measures = [earliest(factsOf(facts, 'measure_available')), released].filter((at) => at !== null);
  // A measure that was there before anyone was aware starts nothing earlier.
  const measureAt = measures.length === 0 ? null : Math.max(awareAt, Math.min(...measures));
  const due = craVulnerability(awareAt, measureAt);
  const clock = (what: CraFiling, startAt: EpochMs | null, dueAt: EpochMs | null, because: string): CaseClock => {
    const instants = {
      startAt,
      dueAt,
      stoppedAt: earliest(factsOf(facts, 'filed').filter((one) => one.what === what)),
    };
    const state = plainState({ ...instants, now });
    return { name: `cra14.${what}`, of: null, force: 'legal', ...instants, state, because };
  };
  return [
    clock('early_warning', awareAt, due.earlyWarningAt, '24 hours from awareness of exploitation, Art. 14(2)(a).'),
    clock('notification', awareAt, due.notificationAt, '72 hours from awareness of exploitation, Art. 14(2)(b).'),
    clock(
      'final_report',
      measureAt,
      due.finalReportAt,
      measureAt === null
        ? 'It starts when a corrective or mitigating measure is available, Art. 14(2)(c).'
        : '14 days from the first corrective or mitigating measure, Art. 14(2)(c).',
    ),
  ];
}

function hoursOf(windowMs: number): string {
  const hours = windowMs / 3_600_000;
  return hours % 24 === 0 && hours > 72 ? `${hours / 24} days` : `${hours} hours`;
}
