import type { Detector, HitSeverity, UpstreamSignals } from './detector.ts';

const day = 86_400_000;
const cooldownDays = 7;
const newSignerDays = 90;
const silentDays = 365;

/** The project behind a source is not as it was. */
export const upstreamSignal: Detector = {
  id: 'D14',
  name: 'upstream-signal',
  title: 'The project upstream changed',
  needs: ['signals'],
  examine: (step) =>
    step.packages.flatMap(({ attr, pairs, signals }) =>
      signals === null
        ? []
        : signsOf(signals, step.at).map((sign) => ({
            attr,
            systems: pairs.map(({ system }) => system),
            ...sign,
          })),
    ),
};

interface Sign {
  readonly severity: HitSeverity;
  readonly says: string;
}

function signsOf(signals: UpstreamSignals, at: number): readonly Sign[] {
  const { releasedAt, fastLane } = signals;
  const age = releasedAt === null ? null : Math.floor((at - releasedAt) / day);
  const high = alarmsOf(signals, at).map((says) => ({ severity: 'high' as const, says }));
  if (age === null || age >= cooldownDays) return high;
  const says = `it was released ${age} days ago, less than ${cooldownDays}`;
  return [
    fastLane
      ? // FIX-20: who approves a fix waives the rest that other releases take; it is told, so that they know.
        {
          severity: 'info',
          says: `${says}: it resolves a known vulnerability, and whoever approves it waives the rest`,
        }
      : { severity: 'high', says },
    ...high,
  ];
}

function alarmsOf(signals: UpstreamSignals, at: number): readonly string[] {
  const { signer, scorecard } = signals;
  const latest = [...signals.releases].sort((a, b) => a - b);
  const burst = latest.filter((instant) => at - instant <= 30 * day);
  const before = latest.filter((instant) => at - instant > 30 * day).at(-1);
  const first = burst[0];
  return [
    ...(signer?.isNew && at - signer.firstSeenAt < newSignerDays * day
      ? [`${signer.name} signs it, who was first seen less than ${newSignerDays} days ago`]
      : []),
    ...(signals.tagMoved ? ['its tag was moved'] : []),
    ...(signals.transferred ? ['its repository went to another owner'] : []),
    ...(signals.archived ? ['its repository is archived'] : []),
    ...(burst.length >= 3 && before !== undefined && first !== undefined && first - before > silentDays * day
      ? [`${burst.length} releases within 30 days, after more than a year without any`]
      : []),
    // In tenths, as it is given: 4.1 less 2 is not 2.1 in binary.
    ...(scorecard !== null && Math.round((scorecard.before - scorecard.after) * 10) >= 20
      ? [`its Scorecard fell from ${scorecard.before} to ${scorecard.after}`]
      : []),
  ];
}
