import type { EpochMs } from '../foundation/clock.ts';

const windowMs = 10 * 60_000;
const mostFailures = 20;
const mostAddresses = 10_000;

/** Counts credentials that were not good, by the address they came from. Of that memory there is no more than so much. */
export interface FailedCredentials {
  /** How long an address has to wait; null when it may try. */
  readonly waitOf: (address: string, at: EpochMs) => number | null;
  readonly note: (address: string, at: EpochMs) => void;
}

export function createFailedCredentials(): FailedCredentials {
  const failures = new Map<string, { readonly since: EpochMs; readonly count: number }>();
  const entryOf = (address: string, at: EpochMs) => {
    const entry = failures.get(networkOf(address));
    return entry === undefined || at >= entry.since + windowMs ? null : entry;
  };
  return {
    waitOf: (address, at) => {
      const entry = entryOf(address, at);
      return entry === null || entry.count < mostFailures ? null : entry.since + windowMs - at;
    },
    note: (address, at) => {
      const entry = entryOf(address, at);
      const network = networkOf(address);
      failures.delete(network);
      failures.set(network, { since: entry?.since ?? at, count: (entry?.count ?? 0) + 1 });
      const [oldest] = failures.keys();
      if (failures.size > mostAddresses && oldest !== undefined) failures.delete(oldest);
    },
  };
}

/** Of IPv6 the first 64 bits: whoever has one address has them all. */
function networkOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address.slice(0, 64);
  const [head = '', tail = ''] = address.slice(0, 64).toLowerCase().split('::');
  const before = head.split(':').filter(Boolean);
  const after = tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  const groups = address.includes('::') ? [...before, ...zeros, ...after] : before;
  return groups.slice(0, 4).join(':');
}
