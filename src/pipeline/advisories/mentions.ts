import type { FeedRecord } from '../feeds/index.ts';

/** That a record speaks of a vulnerability id, and how. */
export interface Mention {
  readonly id: string;
  /** `self`: its own id; `alias`: the same vulnerability; `duplicate`: rejected in favour of it; `upstream`: one it builds on. */
  readonly kind: 'self' | 'alias' | 'duplicate' | 'upstream';
}

const mostMentions = 1000;

export function isCve(id: string): boolean {
  return /^CVE-\d{4}-\d{4,}$/.test(id);
}

/** At most a thousand: no vulnerability has more names, and a hostile record must not join everything. */
export function mentionsOf(record: FeedRecord): readonly Mention[] {
  const duplicate = duplicateOf(record);
  const alike = new Set(record.aliases.filter((id) => isPlain(id) && id !== record.id && id !== duplicate));
  const upstream = new Set(record.upstream.filter((id) => isPlain(id) && id !== record.id && !alike.has(id)));
  const all: readonly Mention[] = [
    { id: record.id, kind: 'self' },
    ...(duplicate === null ? [] : [{ id: duplicate, kind: 'duplicate' } as const]),
    ...[...alike].sort().map((id) => ({ id, kind: 'alias' }) as const),
    ...[...upstream].sort().map((id) => ({ id, kind: 'upstream' }) as const),
  ];
  return all.slice(0, mostMentions);
}

function isPlain(id: string): boolean {
  return id.length <= 200 && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(id);
}

/** The one CVE in whose favour this one was rejected: `… is a duplicate of CVE-2019-1234`, `ConsultIDs: CVE-2019-1234`. */
function duplicateOf(record: FeedRecord): string | null {
  if (record.state !== 'rejected' || !isCve(record.id)) return null;
  const told = record.details.slice(0, 4000);
  const named = [
    ...record.aliases.filter(isCve),
    ...[
      ...told.matchAll(/(?:duplicates? of|ConsultIDs?:?)\s+((?:CVE-\d{4}-\d{4,}[\s,]*(?:and|or)?[\s,]*)+)/gi),
    ].flatMap(([, ids = '']) => ids.toUpperCase().match(/CVE-\d{4}-\d{4,}/g) ?? []),
  ];
  const others = [...new Set(named)].filter((id) => id !== record.id);
  return others.length === 1 ? (others[0] ?? null) : null;
}
