import type { Detector, UpstreamSignals } from './detector.ts';

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
        : signsOf(signals, step.at).map((says) => ({
            attr,
            systems: pairs.map(({ system }) => system),
            says,
            severity: 'high' as const,
          })),
    ),
};

function signsOf(signals: UpstreamSignals, at: number): readonly string[] {
  const { releasedAt, signer, scorecard } = signals;
  const age = releasedAt === null ? null : Math.floor((at - releasedAt) / day);
  const latest = [...signals.releases].sort((a, b) => a - b);
  const burst = latest.filter((instant) => at - instant <= 30 * day);
  const before = latest.filter((instant) => at - instant > 30 * day).at(-1);
  const first = burst[0];
  return [
    ...(age !== null && age < cooldownDays && !signals.fastLane
      ? [`it was released ${age} days ago, less than ${cooldownDays}`]
      : []),
    ...(signer?.isNew && at - signer.firstSeenAt < newSignerDays * day
      ? [`${signer.name} signs it, who was first seen less than ${newSignerDays} days ago`]
      : []),
    ...(signals.tagMoved ? ['its tag was moved'] : []),
    ...(signals.transferred ? ['its repository went to another owner'] : []),
    ...(signals.archived ? ['its repository is archived'] : []),
    ...(burst.length >= 3 && before !== undefined && first !== undefined && first - before > silentDays * day
      ? [`${burst.length} releases within 30 days, after more than a year without any`]
      : []),
    ...(scorecard !== null && scorecard.after <= scorecard.before - 2
      ? [`its Scorecard fell from ${scorecard.before} to ${scorecard.after}`]
      : []),
  ];
}
