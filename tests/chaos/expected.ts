import { createHash } from 'node:crypto';
import type { NewEvent } from '../../src/journal/index.ts';

/** What the victim writes as number `n`, so that the survivor can tell. */
export function blobContent(n: number): Buffer {
  return Buffer.alloc(1 + ((n * 7_919) % 400_000), createHash('sha256').update(`${n}`).digest());
}

export function event(n: number, half: string): NewEvent {
  return {
    at: 0,
    kind: 'thing.happened',
    subject: `${n}`,
    actor: half,
    payload: { text: 'x'.repeat((n * 31) % 3_000) },
  };
}
