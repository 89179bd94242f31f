import { type Context, Hono } from 'hono';
import type { Registry } from 'prom-client';
import type { Accounts, SignInFlow } from '../accounts/index.ts';
import type { Clock } from '../foundation/clock.ts';
import { messageOf } from '../foundation/errors.ts';
import type { RandomBytes } from '../foundation/ids.ts';
import type { ReviewStore } from '../pipeline/changes/index.ts';
import type { FlakeWriter, Uploads } from '../pipeline/releases/index.ts';
import type { BlobStore } from '../platform/blobs/index.ts';
import type { Log } from '../platform/log/index.ts';
import type { AlertPort } from './alert-port.ts';
import { apiRoutes } from './api/routes.ts';
import type { CachePorts } from './cache/ports.ts';
import { cacheRoutes } from './cache/routes.ts';
import type { ConsumerPort } from './consumer-port.ts';
import type { CoveredPort } from './covered-port.ts';
import { guardForms } from './csrf.tsx';
import type { EmbargoPort } from './embargo-port.ts';
import { type EvidencePort, evidenceRoutes } from './evidence/routes.ts';
import type { ExceptionPort } from './exception-port.ts';
import { type GitPort, gitRoutes } from './git/routes.ts';
import { methodsOf } from './methods.ts';
import { createCredentials, identify } from './middleware/identify.ts';
import { methodLimit, urlLimit } from './middleware/limits.ts';
import { answersIn, measure } from './middleware/measure.ts';
import { securityHeaderFields, securityHeaders } from './middleware/security-headers.ts';
import { operationsRoutes } from './operations/routes.ts';
import type { Health, PortalReads, RegistryReads } from './ports.ts';
import { type Problem, problemJson, problemOfError, problems, problemText, wantsPage } from './problem.ts';
import { isPublishing } from './registry/publish-routes.ts';
import { registryRoutes } from './registry/routes.ts';
import { createSwiftRedirects, type FirstAnswer } from './registry/swift-redirects.ts';
import type { SlaPort } from './sla-ports.ts';
import { syndicationRoutes } from './syndication/routes.ts';
import type { TermsPort } from './terms-port.ts';
import type { TriagePort } from './triage-port.ts';
import { accountRoutes } from './web/account-routes.tsx';
import { alertRoutes } from './web/alert-routes.tsx';
import { consumerFeedRoutes } from './web/consumer-feed-routes.tsx';
import { coveredRoutes } from './web/covered-routes.tsx';
import { embargoRoutes } from './web/embargo-routes.tsx';
import { memberRoutes } from './web/member-routes.tsx';
import { problemPage } from './web/pages/problem-page.tsx';
import { peopleRoutes } from './web/people-routes.tsx';
import { replyRoutes } from './web/reply-routes.tsx';
import { requestRoutes } from './web/request-routes.tsx';
import { webRoutes } from './web/routes.tsx';
import { signInRoutes } from './web/sign-in-routes.tsx';
import { termsRoutes } from './web/terms-routes.tsx';
import { triageRoutes } from './web/triage-routes.tsx';
import { unboundedRoutes } from './web/unbounded-routes.tsx';

export interface HttpAppOptions {
  readonly reads: PortalReads;
  readonly registry: RegistryReads;
  readonly sla: SlaPort;
  readonly uploads: Uploads;
  readonly flakes: FlakeWriter;
  readonly blobs: BlobStore;
  readonly accounts: Accounts;
  /** Beside tokens, which always sign in. */
  readonly signIn?: SignInFlow | null;
  readonly cache: CachePorts;
  readonly reviews: Pick<ReviewStore, 'act'>;
  readonly git: GitPort;
  readonly evidence: EvidencePort;
  readonly terms: TermsPort;
  readonly exceptions: ExceptionPort;
  readonly triage: TriagePort;
  readonly alerts: AlertPort;
  readonly consumers: ConsumerPort;
  readonly covered: CoveredPort;
  readonly embargoes: EmbargoPort;
  readonly clock: Clock;
  /** The canonical address, without a trailing slash: `https://secure.example.org`. */
  readonly publicUrl: string;
  readonly metrics: Registry;
  readonly health: Health;
  readonly log: Log;
  readonly newRequestId: () => string;
  readonly random: RandomBytes;
  /** The flake that the pages speak of: `{ organisation: 'acme', flake: 'secure' }`. */
  readonly flake: { readonly organisation: string; readonly flake: string };
  /** Believe `X-Forwarded-Proto` and `X-Forwarded-Host`; only behind a proxy that sets them. */
  readonly trustForwarded?: boolean;
}

/** The whole HTTP side: registry, pages, API, feeds and probes. Reads only; effects lie behind the ports. */
export function createHttpApp(options: HttpAppOptions): Hono {
  const { reads, registry, blobs, accounts, clock, metrics, health, log } = options;
  const publicUrl = options.publicUrl.replace(/\/+$/, '');
  const name = `${options.flake.organisation}/${options.flake.flake}`;
  const answer = (c: Context, problem: Problem) => answerProblem(c, problem, name);
  const app = new Hono();

  app.use(measure(metrics, clock));
  app.use(securityHeaders({ https: publicUrl.startsWith('https://') }));
  app.use(urlLimit(answer));
  app.use(methodLimit(answer, methodsOf));
  const credentials = createCredentials({ accounts, clock, trustForwarded: options.trustForwarded ?? false });
  app.use(identify({ credentials, sessions: accounts.sessions, clock, answer }));
  app.use(guardForms(answer));

  app.route('/', operationsRoutes({ health, metrics }));
  app.route(
    '/',
    registryRoutes({
      registry,
      uploads: options.uploads,
      closures: accounts.closures,
      clock,
      blobs,
      publicUrl,
      requestUrl: (c) => requestUrl(c, options.trustForwarded ?? false),
    }),
  );
  app.route('/', cacheRoutes({ cache: options.cache, blobs, clock }));
  app.route('/', gitRoutes(options.git));
  app.route('/', evidenceRoutes({ evidence: options.evidence, registry }));
  app.route('/', syndicationRoutes({ reads, publicUrl, name }));
  app.route('/', requestRoutes({ consumers: options.consumers, name, clock, publicUrl, flake: options.flake }));
  app.route('/', coveredRoutes({ covered: options.covered, name, clock, publicUrl, flake: options.flake }));
  app.route(
    '/',
    apiRoutes({
      grants: accounts.grants,
      reads,
      alerts: options.alerts,
      consumers: options.consumers,
      cache: options.cache,
      covered: options.covered,
      embargoes: options.embargoes,
      exceptions: options.exceptions,
      triage: options.triage,
      clock,
      newId: options.newRequestId,
      random: options.random,
      organisation: options.flake.organisation,
      publicUrl,
      version: health.version,
    }),
  );
  const secure = publicUrl.startsWith('https://');
  app.route(
    '/',
    signInRoutes({
      accounts,
      service: options.signIn ?? null,
      credentials,
      clock,
      random: options.random,
      name,
      secure,
    }),
  );
  app.route('/', accountRoutes({ accounts, clock, name, answer }));
  app.route('/', memberRoutes({ grants: accounts.grants, clock, name }));
  app.route('/', embargoRoutes({ embargoes: options.embargoes, clock, name }));
  app.route('/', peopleRoutes({ people: accounts.people, clock, name }));
  app.route('/', termsRoutes({ terms: options.terms, clock, name }));
  app.route('/', alertRoutes({ alerts: options.alerts, clock, publicUrl, flake: options.flake }));
  app.route(
    '/',
    consumerFeedRoutes({
      consumers: options.consumers,
      clock,
      random: options.random,
      name,
      publicUrl,
      flake: options.flake,
    }),
  );
  app.route('/', replyRoutes({ alerts: options.alerts, clock, name }));
  app.route('/', unboundedRoutes({ reads, triage: options.triage, clock, name }));
  app.route('/', triageRoutes({ triage: options.triage, clock, publicUrl, flake: options.flake }));
  app.route(
    '/',
    webRoutes({
      reads,
      cache: options.cache,
      registry,
      flakes: options.flakes,
      sla: options.sla,
      exceptions: options.exceptions,
      reviews: options.reviews,
      publicUrl,
      clock,
      flake: options.flake,
    }),
  );

  app.notFound((c) => answer(c, problems.notFound('There is nothing at this address. Start from the overview at /.')));
  app.onError((error, c) => {
    const requestId = options.newRequestId();
    log.error('a request failed', {
      requestId,
      method: c.req.method,
      path: c.req.path.slice(0, 200),
      error: messageOf(error),
      stack: error.stack ?? '',
    });
    return answer(c, problemOfError(error, requestId));
  });
  return app;
}

/** Pages for people, problem+json for the API, one plain line for Nix and everyone else. */
async function answerProblem(c: Context, problem: Problem, name: string): Promise<Response> {
  if (c.req.path.startsWith('/api/')) return problemJson(c, problem);
  if (isPublishing(c)) return c.json(problem.detail, problem.status);
  if (wantsPage(c) && !c.req.path.startsWith('/f/'))
    return c.html(await problemPage({ problem, name }), problem.status);
  return problemText(c, problem);
}

function requestUrl(c: Context, trustForwarded: boolean): string {
  if (!trustForwarded) return c.req.url;
  const url = new URL(c.req.url);
  const protocol = c.req.header('X-Forwarded-Proto') ?? url.protocol.slice(0, -1);
  const host = c.req.header('X-Forwarded-Host') ?? url.host;
  return `${protocol}://${host}${url.pathname}`;
}

/** What is answered before the app is asked: the ranges of public flakes (registry/swift-redirects.ts). */
export function createFirstAnswer({
  registry,
  metrics,
  ...options
}: Pick<HttpAppOptions, 'registry' | 'metrics' | 'publicUrl'>): FirstAnswer {
  const publicUrl = options.publicUrl.replace(/\/+$/, '');
  const answers = answersIn(metrics);
  return createSwiftRedirects({
    registry,
    publicUrl,
    headers: securityHeaderFields({ https: publicUrl.startsWith('https://') }),
    count: (more) => answers.inc({ method: 'GET', route: '/f/*', status: '307' }, more),
  });
}
