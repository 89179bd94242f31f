import type { Capability, Detector, OutputFacts } from './detector.ts';

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
    ...risen(before.capabilities, after.capabilities),
    ...(after.unread > before.unread
      ? [`${after.unread} of its files are too large to look into, ${before.unread} were`]
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

const levels = ['nothing', 'low', 'medium', 'high', 'critical'] as const;
const mostRisen = 10;

/** Files that rank higher than they did; one that is new is held against the riskiest file there was. */
function risen(before: readonly Capability[], after: readonly Capability[]): readonly string[] {
  const levelOf = (all: readonly Capability[]) => all.reduce((most, { risk }) => Math.max(most, risk), 0);
  const known = Map.groupBy(before, ({ file }) => unversioned(file));
  const overall = levelOf(before);
  const says = [...Map.groupBy(after, ({ file }) => file)].flatMap(([file, now]) => {
    const own = known.get(unversioned(file));
    const then = own === undefined ? overall : levelOf(own);
    const level = levelOf(now);
    if (level <= then) return [];
    const why = now
      .filter(({ risk }) => risk > then)
      .sort((a, b) => b.risk - a.risk)
      .map(({ does, by }) => `${does} (${by})`);
    const of = own === undefined ? `the rest was ${levels[then]}` : `it was ${levels[then]}`;
    return [{ level, text: `${file} ranks ${levels[level]}, ${of}: ${why.join('; ')}` }];
  });
  const sorted = says.sort((a, b) => b.level - a.level).map(({ text }) => text);
  return sorted.length <= mostRisen
    ? sorted
    : [...sorted.slice(0, mostRisen), `${sorted.length - mostRisen} more files rank higher than they did`];
}

/** `lib/libz.so.1.3` and `lib/libz.so.1.3.1` are one file. */
function unversioned(file: string): string {
  return file.replace(/\d+(\.\d+)*/g, '#');
}
