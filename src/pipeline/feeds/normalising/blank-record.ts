import type { FeedRecord, Ssvc } from '../model.ts';

/** A record that says nothing yet. */
export function blankRecord(source: string, id: string): FeedRecord {
  return {
    source,
    id,
    state: 'active',
    publishedAt: null,
    modifiedAt: null,
    aliases: [],
    upstream: [],
    related: [],
    title: '',
    details: '',
    references: [],
    affected: [],
    severities: [],
    exploitation: null,
    statements: [],
    tags: [],
  };
}

/** All that EPSS says of a vulnerability. */
export function scoreRecord(source: string, id: string, epss: number): FeedRecord {
  return {
    ...blankRecord(source, id),
    exploitation: { knownExploitedSince: null, ransomware: false, dueDate: null, epss, ssvc: null },
  };
}

/** CISA's decision points from `[{"Exploitation": "active"}, {"Technical Impact": "total"}]`; keys and values come in several spellings. */
export function ssvcOf(options: readonly unknown[]): Ssvc | null {
  const points = new Map<string, string>();
  for (const option of options) {
    if (typeof option !== 'object' || option === null) continue;
    for (const [key, value] of Object.entries(option))
      if (typeof value === 'string') points.set(key.replaceAll(/\s+/g, '').toLowerCase(), value.trim().toLowerCase());
  }
  const [exploitation, automatable, impact] = ['exploitation', 'automatable', 'technicalimpact'].map((key) =>
    points.get(key),
  );
  const ssvc: Ssvc = {
    exploitation: exploitation === 'none' || exploitation === 'poc' || exploitation === 'active' ? exploitation : null,
    automatable: automatable === 'yes' ? true : automatable === 'no' ? false : null,
    technicalImpact: impact === 'partial' || impact === 'total' ? impact : null,
  };
  return Object.values(ssvc).every((point) => point === null) ? null : ssvc;
}
