import { z } from 'zod';
import { jsonOrNull } from '../../foundation/json.ts';

/** How Nixpkgs stands by a branch. Fit to build on are rolling, stable and deprecated. */
export type ChannelStatuses = Readonly<Record<string, string>>;

const supported: readonly string[] = ['rolling', 'stable', 'deprecated'];

export function supportedRefs(statuses: ChannelStatuses): readonly string[] {
  return Object.keys(statuses)
    .filter((ref) => supported.includes(statuses[ref] ?? ''))
    .sort();
}

/**
 * By the calendar of Nixpkgs: a release each May and November, on the last day; the one before goes on for a month. A
 * beta from the branch-off, ten days earlier. True without a network, and off by days at most.
 * https://nixos.org/manual/nixos/stable/#sec-release-schedule (general knowledge, retold)
 */
export function statusesByCalendar(now: number): ChannelStatuses {
  const statuses: Record<string, string> = {
    'nixos-unstable': 'rolling',
    'nixos-unstable-small': 'rolling',
    'nixpkgs-unstable': 'rolling',
  };
  const lastYear = new Date(now).getUTCFullYear();
  for (let year = 2020; year <= lastYear; year++)
    for (const month of [5, 11]) {
      const status = statusOf(year, month, now);
      if (status === null) continue;
      const name = `${year % 100}.${String(month).padStart(2, '0')}`;
      for (const ref of [`nixos-${name}`, `nixos-${name}-small`, `nixpkgs-${name}-darwin`]) statuses[ref] = status;
    }
  return statuses;
}

function statusOf(year: number, month: number, now: number): string | null {
  if (now < Date.UTC(year, month - 1, 20)) return null;
  if (now < Date.UTC(year, month, 0)) return 'beta';
  const next = month === 5 ? [year, 11] : [year + 1, 5];
  const [nextYear = year, nextMonth = month] = next;
  if (now < Date.UTC(nextYear, nextMonth, 0)) return 'stable';
  return now < Date.UTC(nextYear, nextMonth + 1, 0) ? 'deprecated' : 'unmaintained';
}

const answer = z.object({
  data: z.object({
    result: z
      .array(
        z
          .object({ metric: z.object({ channel: z.string().max(100), status: z.string().max(40).optional() }).loose() })
          .loose(),
      )
      .max(10_000),
  }),
});

/** Of `prometheus.nixos.org/api/v1/query?query=channel_revision`, or of an object `{"nixos-26.05": "stable"}`; null for neither. */
export function readChannelStatuses(text: string): ChannelStatuses | null {
  const json = jsonOrNull(text);
  const plain = z.record(z.string().max(100), z.string().max(40)).safeParse(json);
  const asked = answer.safeParse(json);
  const entries = asked.success
    ? asked.data.data.result.flatMap(({ metric: { channel, status } }) =>
        status === undefined ? [] : [[channel, status] as const],
      )
    : Object.entries(plain.data ?? {});
  return entries.length === 0 ? null : Object.fromEntries(entries);
}
