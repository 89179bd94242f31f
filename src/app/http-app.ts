import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { version } from '../foundation/version.ts';
import { createFirstAnswer, createHttpApp, type FirstAnswer, type Health } from '../http/index.ts';
import { coveredPortOf } from './covered-port.ts';
import { embargoPortOf } from './embargo-port.ts';
import { evidencePortOf } from './evidence-port.ts';
import { gitPortOf } from './git-port.ts';
import type { Workspace } from './open-workspace.ts';

/** The HTTP side over an open workspace, and what is answered before it. */
export function httpSideOf(workspace: Workspace): { readonly app: Hono; readonly first: FirstAnswer } {
  const metrics = metricsOf(workspace);
  const { registry, configuration } = workspace;
  return {
    app: appOf(workspace, metrics),
    first: createFirstAnswer({ registry, metrics, publicUrl: configuration.public_url }),
  };
}

export function httpAppOf(workspace: Workspace): Hono {
  return httpSideOf(workspace).app;
}

function appOf(workspace: Workspace, metrics: Registry): Hono {
  const { accounts, cache, configuration, context, reads, registry } = workspace;
  return createHttpApp({
    reads,
    registry,
    sla: workspace.sla,
    terms: workspace.terms,
    exceptions: workspace.exceptions,
    uploads: workspace.uploads,
    flakes: workspace.flakes,
    blobs: context.blobs,
    accounts,
    signIn: workspace.signIn,
    cache: cache.ports,
    reviews: context.reviews,
    git: gitPortOf(workspace),
    evidence: evidencePortOf(workspace),
    triage: workspace.triage,
    alerts: context.alerts,
    consumers: context.consumers,
    covered: coveredPortOf(workspace),
    embargoes: embargoPortOf(workspace),
    clock: context.clock,
    publicUrl: configuration.public_url,
    metrics,
    health: healthOf(workspace),
    log: context.log,
    newRequestId: randomUUID,
    random: context.random,
    flake: { organisation: configuration.organisation, flake: context.channels[0]?.flake ?? configuration.flake },
    trustForwarded: configuration.listen.trust_forwarded,
  });
}

function metricsOf({ queue }: Workspace): Registry {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  new Gauge({
    name: 'snowguard_jobs',
    help: 'Jobs by state.',
    labelNames: ['state'],
    registers: [metrics],
    async collect() {
      const counts = await queue.counts();
      for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
    },
  });
  return metrics;
}

function healthOf({ database, context }: Workspace): Health {
  return {
    version,
    ready: async () => [
      {
        name: 'database',
        ...(await tried(async () => {
          await database.read.selectFrom('journal_cursor').select('reader').limit(1).execute();
        })),
      },
      {
        name: 'releases',
        ...(await tried(async () => {
          await context.releases.releases({ limit: 1 });
        })),
      },
    ],
  };
}

async function tried(work: () => Promise<void>): Promise<{ readonly ready: boolean; readonly message: string }> {
  try {
    await work();
    return { ready: true, message: 'in order' };
  } catch {
    // What exactly stands in the log of the request; a probe is open to everyone.
    return { ready: false, message: 'it does not answer' };
  }
}
