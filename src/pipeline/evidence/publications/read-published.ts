import { eventsOfSubjects, type JournalEvent, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Advisory, AdvisoryStore } from '../../advisories/index.ts';
import type { CatalogStore, Instance } from '../../catalog/index.ts';
import type { FindingStore, PublicFinding } from '../../findings/index.ts';
import { patchEvidence } from '../../matching/index.ts';
import type {
  Publication,
  PublishedAdvisory,
  PublishedEvent,
  PublishedLine,
  PublishedPatch,
  PublishedRelease,
} from './model.ts';
import { publicEvents } from './public-events.ts';

export interface PublishedSources {
  readonly db: Pick<Database<JournalTables>, 'read'>;
  readonly findings: Pick<FindingStore, 'publicFindings'>;
  readonly advisories: Pick<AdvisoryStore, 'byIds'>;
  readonly catalog: Pick<CatalogStore, 'evaluationOf' | 'packageByAttr'>;
  /** Those that everybody may see, by their UUID. */
  readonly releases: Pick<ReadonlyMap<string, PublishedRelease>, 'get'>;
}

const mostRatings = 10;

/** Reads what is said under these ids: of what everybody may read, and of nothing else. */
export async function readPublished(
  publications: readonly Publication[],
  sources: PublishedSources,
): Promise<readonly PublishedAdvisory[]> {
  const names = publications.flatMap((publication) => publication.names);
  const [found, advisories] = await Promise.all([
    sources.findings.publicFindings(names),
    sources.advisories.byIds(names),
  ]);
  const events = await eventsOfSubjects(
    sources.db,
    found.map(({ id }) => id),
  );
  const byFinding = Map.groupBy(
    events.filter(({ kind }) => kind.startsWith('finding.')),
    ({ subject }) => subject,
  );
  const byPlace = Map.groupBy(found, ({ attr, advisoryId }) => `${attr}\n${advisoryId}`);
  const read: PublishedAdvisory[] = [];
  for (const publication of publications) {
    const own = publication.names.flatMap((name) => byPlace.get(`${publication.attr}\n${name}`) ?? []);
    const history = own
      .flatMap(({ id }) => byFinding.get(id) ?? [])
      .sort((a, b) => a.at - b.at || a.sequence - b.sequence);
    const [advisory = null] = publication.names.flatMap((name) => advisories.get(name) ?? []);
    read.push(await published({ publication, findings: own, history, advisory, sources }));
  }
  return read;
}

async function published(given: {
  readonly publication: Publication;
  readonly findings: readonly PublicFinding[];
  readonly history: readonly JournalEvent[];
  readonly advisory: Advisory | null;
  readonly sources: PublishedSources;
}): Promise<PublishedAdvisory> {
  const { publication, findings, history, advisory, sources } = given;
  const { id, attr, publishedAt, replaced } = publication;
  const events = publicEvents(history, (uuid) => sources.releases.get(uuid) ?? null);
  const lines = await linesOf({ findings, history, advisory, sources });
  const all: readonly PublishedEvent[] =
    replaced === null
      ? events
      : [...events, { at: replaced.at, line: null, type: 'withdrawn', reason: `${replaced.by} speaks of the same` }];
  const withdrawn =
    replaced ??
    (lines.length > 0 && lines.every(({ says }) => says.kind === 'void')
      ? { by: null, at: all.findLast(({ type }) => type === 'withdrawn')?.at ?? publishedAt }
      : null);
  return {
    id,
    attr,
    publishedAt,
    modifiedAt: Math.max(publishedAt, advisory?.modifiedAt ?? 0, ...all.map(({ at }) => at)),
    withdrawn: withdrawn === null ? null : { at: withdrawn.at, by: withdrawn.by },
    vulnerability: vulnerabilityOf(publication, advisory),
    lines,
    events: all,
  };
}

/** Where each channel stands; a finding that counts for nothing gives way to another of its channel. */
async function linesOf(given: {
  readonly findings: readonly PublicFinding[];
  readonly history: readonly JournalEvent[];
  readonly advisory: Advisory | null;
  readonly sources: PublishedSources;
}): Promise<readonly PublishedLine[]> {
  const { findings, history, advisory } = given;
  const { releases, catalog } = given.sources;
  const byChannel = new Map<string, PublicFinding>();
  for (const finding of findings) {
    const known = byChannel.get(finding.channel);
    if (known === undefined || known.says.kind === 'void') byChannel.set(finding.channel, finding);
  }
  const lines: PublishedLine[] = [];
  for (const { id, attr, channel, version, fixedVersion, fixKind, says, releasedAt, openedAt } of byChannel.values()) {
    const released =
      releasedAt === null
        ? undefined
        : history.findLast(({ kind, subject }) => kind === 'finding.released' && subject === id);
    const release = releases.get(String(released?.payload.releaseUuid)) ?? null;
    const instances = release === null ? [] : await instancesOf(catalog, channel, release.revision, attr);
    const built = {
      derivations: instances.map(({ system, drvPath, outputs }) => ({ system, drvPath, outputs })),
      patches: advisory === null ? [] : patchesOf(instances, advisory),
    };
    lines.push({ channel, version, fixedVersion, fixKind, says, release, ...built, openedAt });
  }
  return lines.sort((a, b) => (a.channel < b.channel ? -1 : 1));
}

async function instancesOf(
  catalog: PublishedSources['catalog'],
  channel: string,
  revision: string,
  attr: string,
): Promise<readonly Instance[]> {
  const evaluation = await catalog.evaluationOf(channel, revision);
  if (evaluation === null) return [];
  const instances = await catalog.packageByAttr(evaluation.id, attr);
  return instances.toSorted((a, b) => (a.system < b.system ? -1 : 1));
}

/** Systems have the same patches, or nearly: each is told once. */
function patchesOf(instances: readonly Instance[], advisory: Advisory): readonly PublishedPatch[] {
  const [first, ...others] = instances;
  if (first === undefined) return [];
  const { patches: names } = patchEvidence({ instances: [first, ...others] }, advisory, new Map());
  const all = instances.flatMap(({ patches }) => patches).filter(({ reverts }) => reverts !== true);
  return names.flatMap((name) => {
    const found = all.find((patch) => patch.name === name);
    return found === undefined ? [] : [{ name, urls: found.urls, hash: found.hash, path: found.path }];
  });
}

function vulnerabilityOf(publication: Publication, advisory: Advisory | null): PublishedAdvisory['vulnerability'] {
  const names = [...new Set([...publication.names, ...(advisory === null ? [] : [advisory.id, ...advisory.aliases])])];
  const ratings = new Map<string, PublishedAdvisory['vulnerability']['ratings'][number]>();
  for (const { source, severities, state } of advisory?.records ?? [])
    for (const { kind, vector, score, rater } of severities) {
      // A distribution rates its own build; what cannot be computed is no rating.
      if (state !== 'active' || kind === 'text' || vector === null || score === null || rater === 'distribution')
        continue;
      if (ratings.size < mostRatings && !ratings.has(vector))
        ratings.set(vector, { source: rater ?? source, kind, vector, score });
    }
  return {
    id: advisory?.id ?? names.find((name) => name.startsWith('CVE-')) ?? names[0] ?? publication.id,
    names: names.sort(),
    title: advisory?.title ?? '',
    details: advisory?.details ?? '',
    references: advisory?.references ?? [],
    ratings: [...ratings.values()],
    band: advisory?.band ?? 'unknown',
    knownExploitedSince: advisory?.exploitation.knownExploitedSince ?? null,
  };
}
