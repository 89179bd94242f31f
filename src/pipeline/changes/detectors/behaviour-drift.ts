import type { Detector, OutputFacts } from './detector.ts';

const mebibyte = 1024 * 1024;
const reaching = /^(connect|socket|getaddrinfo|gethostbyname|execve?|execvp?|system|popen|posix_spawn|dlopen|ifunc.*)$/;

/** The output can do what it could not. */
export const behaviourDrift: Detector = {
  id: 'D15',
  name: 'behaviour-drift',
  title: 'It behaves otherwise',
  needs: ['outputs'],
  examine: (step) =>
    step.packages.flatMap(({ attr, pairs, outputs }) =>
      outputs === null
        ? []
        : driftOf(outputs.before, outputs.after).map((says) => ({
            attr,
            systems: pairs.map(({ system }) => system),
            says,
            severity: 'high' as const,
          })),
    ),
};

function driftOf(before: OutputFacts, after: OutputFacts): readonly string[] {
  const gained = (from: readonly string[], to: readonly string[]) => to.filter((item) => !from.includes(item));
  const list = (what: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`it gains ${what}: ${items.slice(0, 5).join(', ')}`];
  const growth = after.sizeBytes - before.sizeBytes;
  return [
    ...((after.capabilityRisk ?? 0) > (before.capabilityRisk ?? after.capabilityRisk ?? 0)
      ? ['a scan of what it can do ranks it higher']
      : []),
    ...list('libraries', gained(before.needed, after.needed)),
    ...list(
      'calls',
      gained(before.symbols, after.symbols).filter((name) => reaching.test(name)),
    ),
    ...list('addresses', gained(before.urls, after.urls)),
    ...(growth > Math.max(before.sizeBytes * 0.2, mebibyte)
      ? [`it grew from ${before.sizeBytes} to ${after.sizeBytes} bytes`]
      : []),
    ...(after.closureBytes - after.sizeBytes > (before.closureBytes - before.sizeBytes) * 1.2 + mebibyte
      ? ['what it needs at run time grew']
      : []),
  ];
}
