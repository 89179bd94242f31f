import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import type { GrantStore } from '../../accounts/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { RandomBytes } from '../../foundation/ids.ts';
import type { AlertPort } from '../alert-port.ts';
import type { CachePorts } from '../cache/ports.ts';
import { conditionalText } from '../conditional.ts';
import type { ConsumerPort } from '../consumer-port.ts';
import type { CoveredPort } from '../covered-port.ts';
import type { EmbargoPort } from '../embargo-port.ts';
import type { ExceptionPort } from '../exception-port.ts';
import type { PortalReads } from '../ports.ts';
import { actingPersonOf, principalOf } from '../principal.ts';
import { problemJson, problems } from '../problem.ts';
import { pathSegments } from '../registry/segments.ts';
import type { TriagePort } from '../triage-port.ts';
import { alertEndpoints } from './alert-endpoints.ts';
import { consumerEndpoints } from './consumer-endpoints.ts';
import { consumerFeedEndpoints } from './consumer-feed-endpoints.ts';
import { coverageRequestEndpoints } from './coverage-request-endpoints.ts';
import { coveredEndpoints } from './covered-endpoints.ts';
import { embargoEndpoints } from './embargo-endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import { endpointsOf } from './endpoints.ts';
import { exceptionEndpoints } from './exception-endpoints.ts';
import { memberEndpoints } from './member-endpoints.ts';
import { openApiOf } from './openapi.ts';
import { subscriptionEndpoints } from './subscription-endpoints.ts';
import { textBody } from './text-body.ts';
import { triageEndpoints } from './triage-endpoints.ts';

const json = 'application/json; charset=utf-8';

/** The JSON API with its own description. */
export function apiRoutes(options: {
  readonly grants: GrantStore;
  readonly reads: PortalReads;
  readonly alerts: AlertPort;
  readonly consumers: ConsumerPort;
  readonly cache: Pick<CachePorts, 'keys'>;
  readonly covered: CoveredPort;
  readonly embargoes: EmbargoPort;
  readonly exceptions: ExceptionPort;
  readonly triage: TriagePort;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: RandomBytes;
  /** Of the house. */
  readonly organisation: string;
  readonly publicUrl: string;
  readonly version: string;
}): Hono {
  const app = new Hono();
  const endpoints = [
    ...endpointsOf(options),
    ...coveredEndpoints(options.covered),
    ...triageEndpoints(options),
    ...exceptionEndpoints(options),
    ...consumerFeedEndpoints(options),
    ...embargoEndpoints(options),
    ...memberEndpoints(options),
    ...consumerEndpoints(options),
    ...coverageRequestEndpoints(options),
    ...alertEndpoints(options),
    ...subscriptionEndpoints(options),
  ];
  const openApi = JSON.stringify(openApiOf(endpoints, options));
  app.get('/api/openapi.json', (c) =>
    conditionalText(c, { text: openApi, contentType: json, cacheControl: 'public, max-age=300' }),
  );
  serveEndpoints(app, endpoints);
  return app;
}

export function serveEndpoints(app: Hono, endpoints: readonly Endpoint[]): void {
  for (const endpoint of endpoints)
    app.on(endpoint.method.toUpperCase(), endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'), (c) => answer(c, endpoint));
}

async function answer(c: Context, endpoint: Endpoint): Promise<Response> {
  const params = paramsOf(c.req.url, endpoint.path);
  if (params === null) return problemJson(c, problems.badRequest('The address is not properly percent-encoded.'));
  const query = endpoint.query.safeParse(c.req.query());
  if (!query.success) return problemJson(c, problems.badRequest(describe(query.error)));
  const body = endpoint.maxBodyBytes === 0 ? '' : await textBody(c, endpoint.maxBodyBytes);
  if (typeof body !== 'string') return problemJson(c, body);
  const [principal, person] = [principalOf(c), actingPersonOf(c)];
  const outcome = await endpoint.handle({ params, query: query.data, body, principal, person });
  if (outcome.kind === 'problem') return problemJson(c, outcome.problem);
  const text = JSON.stringify(outcome.body);
  if (endpoint.method !== 'get' || endpoint.isPersonal)
    return c.body(text, endpoint.status, { 'Content-Type': json, 'Cache-Control': 'no-store' });
  const cacheControl = principal === null ? 'no-cache' : 'private, no-cache';
  return conditionalText(c, { text, contentType: json, cacheControl });
}

function paramsOf(url: string, template: string): Readonly<Record<string, string>> | null {
  const segments = pathSegments(url);
  if (segments === null) return null;
  const names = template.slice(1).split('/');
  return Object.fromEntries(
    names.flatMap((name, index) => (name.startsWith('{') ? [[name.slice(1, -1), segments[index] ?? '']] : [])),
  );
}

function describe(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'query'}: ${issue.message}`)
    .join('; ')
    .slice(0, 500);
}
