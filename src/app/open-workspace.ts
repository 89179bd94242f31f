import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Accounts, AccountsTables, SignInFlow } from '../accounts/index.ts';
import { type Configuration, loadConfiguration, readCoveredFolder } from '../config/index.ts';
import type { Clock } from '../foundation/clock.ts';
import { version } from '../foundation/version.ts';
import type { ExceptionPort, PortalReads, RegistryReads, SlaPort, TermsPort, TriagePort } from '../http/index.ts';
import type { JournalTables } from '../journal/index.ts';
import { type AdvisoriesTables, createAdvisoryStore } from '../pipeline/advisories/index.ts';
import { type AlertsTables, createAlerts } from '../pipeline/alerts/index.ts';
import { type CatalogTables, createCatalogStore, derivationAttributes } from '../pipeline/catalog/index.ts';
import {
  announceSupport,
  type ChangesTables,
  createChangeStore,
  createChannelTroubles,
  createEnforcement,
  createReviewFactStore,
  createReviewStore,
  createSeriesStore,
  type Enforcement,
  type LineTables,
  type ReviewTables,
  type SeriesTables,
} from '../pipeline/changes/index.ts';
import { type ConsumersTables, createConsumerStore } from '../pipeline/consumers/index.ts';
import {
  createEmbargoDesk,
  createEmbargoKeeper,
  type EmbargoDesk,
  type EmbargoTables,
} from '../pipeline/embargoes/index.ts';
import { createPublicationStore, type PublicationTables } from '../pipeline/evidence/index.ts';
import { createFeedStore, type FeedsTables } from '../pipeline/feeds/index.ts';
import {
  createAttainmentStore,
  createEscalationStore,
  createFindingStore,
  createTermsStore,
  type Duty,
  dutyAt,
  type FindingsTables,
  type RotaGap,
  rotaGaps,
  termsNotice,
} from '../pipeline/findings/index.ts';
import { createFixStore, createMatcher, createMatchStore, type MatchingTables } from '../pipeline/matching/index.ts';
import {
  type CacheTables,
  type CoverageTables,
  cacheOfFlake,
  commonCache,
  createFlakeWriter,
  createRegistryStore,
  createReleaseStore,
  createUploads,
  type FlakeWriter,
  type ReleasesTables,
  releaseWebhook,
  type Uploads,
} from '../pipeline/releases/index.ts';
import type { Database } from '../platform/database/index.ts';
import { createFetcher } from '../platform/fetcher/http.ts';
import { createPoster } from '../platform/fetcher/post.ts';
import { initBare } from '../platform/git/repository.ts';
import type { Log, Progress } from '../platform/log/index.ts';
import { createSmtpMailer } from '../platform/mailer/smtp.ts';
import type { Queue } from '../platform/queue/index.ts';
import type { JobTables } from '../platform/queue/job-rows.ts';
import { createWorker, type WalkContext, type Worker } from '../worker/index.ts';
import { accountsOf } from './accounts.ts';
import { adoptCovered } from './adopt-covered.ts';
import { subscriptionsOf, targetsOf } from './alert-settings.ts';
import { openCache, type WorkspaceCache } from './cache.ts';
import { exceptionPortOf } from './exception-port.ts';
import { openIncoming } from './git-port.ts';
import { identityOf } from './identity.ts';
import { nixOf } from './nix.ts';
import { openQueue } from './queue.ts';
import { readPeople, readPolicy } from './read-people.ts';
import { portalReads, registryReads, triagePort } from './reads/index.ts';
import { slaReads } from './reads/sla-reads.ts';
import { collectorsOf } from './review-collectors.ts';
import { makeFolder, openBlobs, openDatabase } from './storage.ts';
import { termsPortOf } from './terms-port.ts';
import { channelsOf, feedsOf } from './walk-settings.ts';

type AllTables = JournalTables &
  JobTables &
  AccountsTables &
  CatalogTables &
  FeedsTables &
  AdvisoriesTables &
  MatchingTables &
  FindingsTables &
  EmbargoTables &
  ChangesTables &
  LineTables &
  ReviewTables &
  SeriesTables &
  PublicationTables &
  ReleasesTables &
  CacheTables &
  CoverageTables &
  ConsumersTables &
  AlertsTables;

/** A workspace with everything opened. Close it, or its database stays locked for others. */
export interface Workspace {
  readonly folder: string;
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly database: Database<JournalTables>;
  readonly queue: Queue;
  readonly accounts: Accounts;
  /** Null where none is set up. */
  readonly signIn: SignInFlow | null;
  readonly cache: WorkspaceCache;
  readonly context: WalkContext;
  readonly worker: Worker;
  readonly sla: SlaPort;
  readonly terms: TermsPort;
  readonly exceptions: ExceptionPort;
  /** Who is called now, and the hours of the next 14 days without anybody; null without a rota. */
  readonly onDuty: () => Promise<{ readonly duty: Duty; readonly gaps: readonly RotaGap[] } | null>;
  readonly reads: PortalReads;
  readonly triage: TriagePort;
  readonly embargoes: EmbargoDesk;
  readonly registry: RegistryReads;
  readonly enforcement: Enforcement;
  readonly uploads: Uploads;
  readonly flakes: FlakeWriter;
  /** Makes the stored covered set what the files say. */
  readonly adoptCovered: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface OpenOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly progress: Progress;
  readonly log: Log;
  /** In place of the configured ones; the published address follows when it is the local one. */
  readonly host?: string;
  readonly port?: number;
}

/** Reads the settings, opens the storage with its schema up to date, and wires every stage to its adapters. */
export async function openWorkspace(options: OpenOptions): Promise<Workspace> {
  const { folder, clock, environment, progress, log } = options;
  const configuration = listeningAs(await loadConfiguration(folder), options);
  const policy = await readPolicy(folder, configuration);
  const covered = await readCoveredFolder(path.resolve(folder, configuration.covered));
  const channels = channelsOf(configuration, { folder, environment });
  const feeds = feedsOf(configuration, { folder, environment });
  const targets = targetsOf(configuration, { folder, environment });
  const subscriptions = subscriptionsOf(configuration, targets);
  const nix = await nixOf(configuration.nix.program, environment);
  const identity = await identityOf(configuration.identity, folder);
  await makeFolder(folder);
  const blobs = await openBlobs({ storage: configuration.storage, folder, environment });
  const git = await initBare(path.join(folder, 'repository.git'));
  const [first] = channels;
  if (first !== undefined) await git.setHead(first.branch);
  const incoming = await openIncoming(folder, git);
  const database = await openDatabase<AllTables>({
    setting: configuration.storage.database,
    folder,
    now: clock.now(),
  });
  const random = (size: number) => new Uint8Array(randomBytes(size));
  const outgoing = { userAgent: `snowguard/${version}`, allowHosts: configuration.network.allow_hosts, clock };
  const fetcher = createFetcher(outgoing);
  const poster = createPoster(outgoing);
  const queue = await openQueue({ setting: configuration.storage.database, database, clock, random, log });
  const feedStore = createFeedStore(database);
  const advisories = createAdvisoryStore(database, feedStore);
  const matches = createMatchStore(database);
  const fixes = createFixStore(database);
  const mailer = createSmtpMailer(outgoing);
  const published = createRegistryStore(database);
  const cache = openCache({
    configuration,
    folder,
    environment,
    db: database,
    blobs,
    clock,
    random,
    visibilityOf: async ({ organisation, flake }) =>
      (await published.current()).flake(organisation, flake)?.visibility ?? 'private',
  });
  const catalog = createCatalogStore(database);
  const terms = createTermsStore({ db: database, clock });
  await terms.adopt(policy);
  const termsPort = termsPortOf(terms, { folder, configuration });
  const notice = termsNotice(await terms.standing(policy));
  if (notice !== null) log.warn(notice);
  const people = accountsOf({ configuration, folder, environment, database, fetcher, poster, clock, random });
  const enforcement = createEnforcement(database);
  const configured = configuration.review.mode;
  const reviewMode = await enforcement.modeOf({
    configured,
    reviewers: (await people.accounts.people.people()).filter(
      ({ removedAt, roles }) => removedAt === null && roles.includes('reviewer'),
    ).length,
    at: clock.now(),
  });
  if (reviewMode !== configured)
    log.warn('reviews stay enforced whatever snowguard.toml says, until two people agree: snowguard review observe');
  const context: WalkContext = {
    clock,
    random,
    log,
    progress,
    git,
    incoming,
    nix,
    blobs,
    fetcher,
    catalog,
    feedStore,
    advisories,
    matcher: createMatcher({
      feeds: feedStore,
      advisories,
      store: matches,
      data: identity,
      clock,
      fixChanges: fixes.changes,
      references: async (id, hashes) => {
        const flake = channels.find((channel) => channel.id === id)?.flake;
        const own = flake === undefined ? [] : [cacheOfFlake(configuration.organisation, flake)];
        return cache.kept.store.references([...own, commonCache], hashes);
      },
    }),
    matches,
    fixes,
    findings: createFindingStore({
      db: database,
      policies: terms.inForce,
      clock,
      derivation: async (channel, attr) => {
        const evaluation = await catalog.latestEvaluation(channel);
        return evaluation && derivationAttributes(await catalog.packageByAttr(evaluation.id, attr));
      },
    }),
    embargoes: createEmbargoKeeper({ db: database, advisories }),
    people: people.accounts.people.people,
    lapseProposals: people.accounts.people.lapse,
    attainment: createAttainmentStore({ db: database, clock }),
    escalation: createEscalationStore({
      db: database,
      clock,
      people: () => readPeople(folder, configuration.sla),
      policies: terms.inForce,
    }),
    publications: createPublicationStore({
      db: database,
      advisories,
      prefix: configuration.advisories.prefix,
      now: clock.now,
    }),
    changes: createChangeStore(database),
    troubles: createChannelTroubles(database),
    announceSupport: () => announceSupport(database, { lines: channels, now: clock.now() }),
    reviews: createReviewStore(database),
    series: createSeriesStore(database),
    releases: createReleaseStore(database),
    cache: cache.kept,
    consumers: createConsumerStore(database),
    alerts: createAlerts({
      db: database,
      clock,
      random,
      wires: {
        poster,
        mailer,
        releaseFacts: async (uuid) => {
          const found = (await published.current()).release(uuid);
          return found && releaseWebhook({ publicUrl: configuration.public_url, ...found });
        },
      },
      targets,
      publicUrl: configuration.public_url,
      from: `${configuration.organisation}/${configuration.flake}`,
    }),
    organisation: configuration.organisation,
    systems: configuration.nix.systems,
    channels,
    feeds,
    identity,
    automaticReleases: configuration.releases.automatic,
    reviewMode,
    reviewBuilds: configuration.review.build,
    reviewFacts: await collectorsOf({ configuration, folder, environment, store: createReviewFactStore(database) }),
    proposes: configuration.review.propose,
    readsFixes: configuration.identity.read_fixes,
    settled: new Map(),
  };
  await context.alerts.adoptConfigured(subscriptions, clock.now());
  const worker = createWorker({ context, database, queue });
  return {
    folder,
    configuration,
    clock,
    database,
    queue,
    ...people,
    enforcement,
    cache,
    context,
    worker,
    sla: slaReads(context, { fedrampClass: configuration.sla.fedramp_class ?? null }),
    onDuty: async () => {
      const people = await readPeople(folder, configuration.sla);
      const now = clock.now();
      return people && { duty: dutyAt(people, now), gaps: rotaGaps(people, now) };
    },
    terms: termsPort,
    exceptions: exceptionPortOf(context),
    reads: portalReads({ context, database, published, terms: termsPort }),
    triage: triagePort({ context, database }),
    embargoes: createEmbargoDesk({ db: database, advisories, person: people.accounts.people.person, random }),
    registry: registryReads({ context, store: published }),
    uploads: createUploads({
      db: database,
      blobs,
      clock,
      random,
      kept: channels.map(({ flake }) => ({ organisation: configuration.organisation, flake })),
    }),
    flakes: createFlakeWriter(database),
    adoptCovered: async () => {
      await adoptCovered(context, { packages: covered, actor: 'operator' });
    },
    close: async () => {
      await worker.stop();
      await queue.close();
      await fetcher.close();
      await poster.close();
      mailer.close();
      await database.close();
    },
  };
}

/** Another port or host given on the command line is also the address to tell people, unless a public one is set. */
function listeningAs(configuration: Configuration, { host, port }: OpenOptions): Configuration {
  const listen = {
    ...configuration.listen,
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
  };
  const own = new URL(configuration.public_url);
  const isLocal = own.hostname === '127.0.0.1' || own.hostname === 'localhost';
  if (isLocal && port !== undefined) own.port = String(port);
  return { ...configuration, listen, public_url: own.href.replace(/\/+$/, '') };
}
