import type { EpochMs } from './clock.ts';

/** Fills a buffer of `size` bytes with randomness. */
export type RandomBytes = (size: number) => Uint8Array;

/** A UUID version 7 (RFC 9562 section 5.7): sortable by its instant. */
export function uuidV7(instant: EpochMs, random: RandomBytes): string {
  const bytes = random(16);
  let rest = instant;
  for (let index = 5; index >= 0; index--) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
