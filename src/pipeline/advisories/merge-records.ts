import { order } from '../../foundation/order.ts';
import type { Exploitation, FeedRecord, RecordClaims, Ssvc } from '../feeds/index.ts';
import { isCve } from './mentions.ts';
import type { Advisory, AdvisoryFacts, AdvisoryRecord } from './model.ts';
import { rate } from './rate.ts';
import { roleOf, type SourceRole } from './source-role.ts';

/** What both ways of reading a record give. */
type Claims = Omit<RecordClaims, 'links'>;

export interface MergeInput<Read extends Claims> {
  readonly id: string;
  /** Of the group, `id` too. */
  readonly ids: readonly string[];
  /** Records whose id is of the group. */
  readonly own: readonly Read[];
  /** Records that build on the vulnerability or bundle it with others. */
  readonly linked: readonly Read[];
  readonly epss: number | null;
}

const mostReferences = 200;
const longestTitle = 200;

/** One page of what all say, in an order of its own: the input's makes no difference. */
export function mergeRecords(input: MergeInput<FeedRecord>): Advisory {
  const said = saidBy(input);
  const { first } = said;
  const { id, aliases, state, ...rest } = factsOf(input, said);
  // In this order: the digest that tells whether the meaning moved is one of the text.
  return {
    id,
    aliases,
    state,
    title: first(titleOf) ?? id,
    details: first((records) => records.find(({ details }) => details !== '')?.details ?? null) ?? '',
    publishedAt: first((records) => extreme(records, 'publishedAt', Math.min)),
    modifiedAt: first((records) => extreme(records, 'modifiedAt', Math.max)),
    references: urlsOf(said.told.map(({ references }) => references)),
    ...rest,
  };
}

/** The same page without what only people read: of a hundred thousand that makes a difference. */
export function mergeFacts(input: MergeInput<RecordClaims>): AdvisoryFacts {
  const said = saidBy(input);
  return { ...factsOf(input, said), references: () => urlsOf(said.told.map(({ links }) => links())) };
}

interface Said<Read> {
  readonly ranked: readonly Read[];
  readonly others: readonly Read[];
  /** Of `ranked`, those that hold. */
  readonly live: readonly Read[];
  readonly isActive: boolean;
  /** Those whose references count. */
  readonly told: readonly Read[];
  /** What the first group gives that is not silent. */
  readonly first: <Value>(give: (records: readonly Read[]) => Value | null) => Value | null;
}

function saidBy<Read extends Claims>({ own, linked }: MergeInput<Read>): Said<Read> {
  const ranked = inOrder(own);
  const others = inOrder(linked);
  const rejected = rejectedOf(ranked);
  const live = ranked.filter((record) => record.state === 'active' && !rejected.has(record.id));
  const liveLinked = others.filter((record) => record.state === 'active');
  const isActive = live.length > 0 || (ranked.length === 0 && liveLinked.length > 0);
  return {
    ranked,
    others,
    live,
    isActive,
    told: isActive ? [...live, ...liveLinked] : [...ranked, ...others],
    // A notice about several says less about each: it counts where the vulnerability's own records are silent.
    first: (give) => give(live) ?? give(liveLinked) ?? (isActive ? null : (give(ranked) ?? give(others))),
  };
}

function factsOf<Read extends Claims>(
  { id, ids, epss }: MergeInput<Read>,
  { ranked, others, live, isActive, first }: Said<Read>,
): Omit<AdvisoryFacts, 'references'> {
  const rating = first((records) => {
    const found = rate(records);
    return found.score === null ? null : found;
  });
  return {
    id,
    aliases: ids.filter((other) => other !== id),
    state: isActive ? 'active' : 'withdrawn',
    band: rating?.band ?? 'unknown',
    score: rating?.score ?? null,
    severitySource: rating?.source ?? null,
    exploitation: { ...exploitationOf(live), epss },
    disputed: live.some(({ tags }) => tags.includes('disputed')),
    severityDisputed: rating?.isDisputed ?? false,
    records: [...ranked, ...others].map(attributed),
  };
}

/** Whose title and text are best comes first. */
const orderOfRoles: readonly SourceRole[] = [
  'project',
  'ghsa',
  'cve',
  'database',
  'nvd',
  'exploitation',
  'distribution',
];

function inOrder<Read extends Claims>(records: readonly Read[]): readonly Read[] {
  if (records.length < 2) return records;
  const rank = (record: Read) => orderOfRoles.indexOf(roleOf(record.source, record.id));
  return [...records].sort((a, b) => rank(a) - rank(b) || order(a.source, b.source) || order(a.id, b.id));
}

const noIds: ReadonlySet<string> = new Set();

/** The CVE list has the last word on its ids; without it anyone who says so. */
function rejectedOf(records: readonly Claims[]): ReadonlySet<string> {
  if (!records.some(({ state }) => state === 'rejected')) return noIds;
  const byId = Map.groupBy(
    records.filter(({ id }) => isCve(id)),
    ({ id }) => id,
  );
  return new Set(
    [...byId].flatMap(([id, own]) => {
      const list = own.filter(({ source, id: name }) => roleOf(source, name) === 'cve');
      return (list.length > 0 ? list : own).some(({ state }) => state === 'rejected') ? id : [];
    }),
  );
}

function titleOf(records: readonly FeedRecord[]): string | null {
  const title = records.find((record) => record.title !== '')?.title;
  if (title !== undefined) return shortened(title);
  const details = records.find((record) => record.details !== '')?.details;
  return details === undefined ? null : shortened(/^.*?[.!?](?=\s|$)/s.exec(details)?.[0] ?? details);
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= longestTitle
    ? line
    : `${line
        .slice(0, longestTitle - 1)
        .toWellFormed()
        .trimEnd()}…`;
}

function extreme(
  records: readonly FeedRecord[],
  field: 'publishedAt' | 'modifiedAt',
  choose: (...instants: readonly number[]) => number,
): number | null {
  const instants = records.flatMap((record) => record[field] ?? []);
  return instants.length === 0 ? null : choose(...instants);
}

function exploitationOf(records: readonly Claims[]): Exploitation {
  const says = records.flatMap(({ exploitation }) => exploitation ?? []);
  const listed = says
    .filter(({ knownExploitedSince }) => knownExploitedSince !== null)
    .sort(
      (a, b) => (a.knownExploitedSince ?? 0) - (b.knownExploitedSince ?? 0) || order(a.dueDate ?? '', b.dueDate ?? ''),
    );
  const listedAt = listed.map((one) => one.listedAt).filter((at) => at !== undefined);
  return {
    knownExploitedSince: listed[0]?.knownExploitedSince ?? null,
    ...(listedAt.length === 0 ? {} : { listedAt: Math.min(...listedAt) }),
    ransomware: says.some(({ ransomware }) => ransomware),
    dueDate: listed.find(({ dueDate }) => dueDate !== null)?.dueDate ?? null,
    epss: null,
    ssvc: says.flatMap(({ ssvc }) => ssvc ?? []).sort(bySsvc)[0] ?? null,
  };
}

const exploitationStages = ['active', 'poc', 'none', null];

/** The gravest first. */
function bySsvc(a: Ssvc, b: Ssvc): number {
  return (
    exploitationStages.indexOf(a.exploitation) - exploitationStages.indexOf(b.exploitation) ||
    order(JSON.stringify([b.automatable, b.technicalImpact]), JSON.stringify([a.automatable, a.technicalImpact]))
  );
}

function urlsOf(lists: readonly FeedRecord['references'][]): readonly string[] {
  return [...new Set(lists.flatMap((references) => references.map(({ url }) => url)))].slice(0, mostReferences);
}

function attributed(record: Claims): AdvisoryRecord {
  return {
    source: record.source,
    recordId: record.id,
    state: record.state,
    affected: record.affected,
    severities: record.severities,
    publishedAt: record.publishedAt,
    statements: record.statements,
    tags: record.tags,
  };
}
