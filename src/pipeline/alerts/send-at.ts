import type { EpochMs } from '../../foundation/clock.ts';
import type { Message } from './message.ts';
import { isOfTwo } from './proposal-messages.ts';
import type { Subscription } from './subscription.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** When a subscriber is to get a message that came at `now`: at once, or after quiet hours or with the next digest. */
export function sendAt(
  subscription: Subscription,
  { urgency, kind }: Pick<Message, 'urgency' | 'kind'>,
  now: EpochMs,
): EpochMs {
  if (urgency === 'urgent' && !subscription.mute_urgent) return now;
  // Where nothing can be done, or need not, nobody is interrupted.
  const isCalm = kind === 'exposed' || kind === 'not-held';
  // In a week it would have lapsed.
  const isDaily = isCalm ? subscription.digest === 'none' : isOfTwo(kind) && subscription.digest === 'week';
  const digest = isDaily ? 'day' : subscription.digest;
  return afterQuietHours(subscription, digest === 'none' ? now : nextDigest({ ...subscription, digest }, now));
}

/** The next instant at which it is `digest_at` in the zone; on a Monday where the digest is weekly. */
function nextDigest({ digest, digest_at, zone }: Subscription, now: EpochMs): EpochMs {
  for (let days = 0; days <= 8; days++) {
    const at = instantAt(dateIn(now + days * dayMs, zone), digest_at, zone);
    if (at > now && (digest === 'day' || weekdayIn(at, zone) === 'Mon')) return at;
  }
  return now + dayMs;
}

function afterQuietHours({ quiet_hours: quiet, zone }: Subscription, at: EpochMs): EpochMs {
  if (quiet === null || quiet.from === quiet.to) return at;
  const time = timeIn(at, zone);
  const wraps = quiet.from > quiet.to;
  const isQuiet = wraps ? time >= quiet.from || time < quiet.to : time >= quiet.from && time < quiet.to;
  if (!isQuiet) return at;
  const today = instantAt(dateIn(at, zone), quiet.to, zone);
  return today > at ? today : instantAt(dateIn(at + dayMs, zone), quiet.to, zone);
}

/** The first instant of a date at which the clock on the wall shows that time, or has jumped over it. */
function instantAt(date: string, time: string, zone: string): EpochMs {
  const wanted = `${date} ${time}`;
  // Zones lie within 14 hours of UTC: it is somewhere in between.
  let before = Date.parse(`${date}T${time}:00Z`) - 15 * 60 * minuteMs;
  let at = before + 30 * 60 * minuteMs;
  while (at - before > minuteMs) {
    const middle = Math.floor((before + at) / 2 / minuteMs) * minuteMs;
    if (wallClock(middle, zone) < wanted) before = middle;
    else at = middle;
  }
  return at;
}

function dateIn(at: EpochMs, zone: string): string {
  return wallClock(at, zone).slice(0, 10);
}

function timeIn(at: EpochMs, zone: string): string {
  return wallClock(at, zone).slice(11, 16);
}

function weekdayIn(at: EpochMs, zone: string): string {
  return formatOf('weekday', zone, { weekday: 'short' }).format(at);
}

/** `2027-03-31 08:00` */
function wallClock(at: EpochMs, zone: string): string {
  return formatOf('wall', zone, { dateStyle: 'short', timeStyle: 'short' }).format(at);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(name: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${name} ${zone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(name === 'wall' ? 'sv-SE' : 'en-GB', { timeZone: zone, ...options });
  formats.set(key, made);
  return made;
}
