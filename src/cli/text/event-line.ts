import type { JournalEvent } from '../../journal/index.ts';
import { plainText } from '../../platform/log/plain-text.ts';

const shownMembers = 6;

/** `feeds.synced kev: added 3, changed 1` */
export function eventLine({ kind, subject, payload }: JournalEvent): string {
  const members = Object.entries(payload).flatMap(([name, value]) =>
    (typeof value === 'number' || typeof value === 'string') && String(value) !== subject ? [`${name} ${value}`] : [],
  );
  return plainText(`${kind} ${subject}: ${members.slice(0, shownMembers).join(', ')}`).slice(0, 200);
}
