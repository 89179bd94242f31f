/** The whole HTTP side over a small world, for tests. */
import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { Registry } from 'prom-client';
import { createHttpApp, type HttpAppOptions } from './app.ts';
import { emptyCache } from './cache/testing.ts';
import {
  emptyQueue,
  emptySla,
  nobody,
  noConsumers,
  noEmbargoes,
  noExceptions,
  noTerms,
  nothingCovered,
  noUploads,
  toldNobody,
  without,
} from './empty-house/testing.ts';
import { fakeBlobs, fakeReads, fakeRegistry } from './sample-reads/testing.ts';
import { now, publicUrl } from './sample-world/testing.ts';

export { emptyQueue, nobody } from './empty-house/testing.ts';
export { fakeBlobs, fakeReads, fakeRegistry, registryOf } from './sample-reads/testing.ts';
export * from './sample-world/testing.ts';

export function testApp(given: Partial<HttpAppOptions> = {}): Hono {
  return createHttpApp({
    reads: fakeReads(),
    registry: fakeRegistry,
    sla: emptySla,
    uploads: noUploads,
    flakes: { describe: without, withdraw: without },
    blobs: fakeBlobs,
    cache: emptyCache,
    clock: { now: () => now },
    publicUrl,
    metrics: new Registry(),
    health: { version: '0.1.0', ready: async () => [{ name: 'database', ready: true, message: 'open' }] },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    newRequestId: () => 'request-1',
    random: (size) => new Uint8Array(randomBytes(size)),
    accounts: nobody,
    git: {
      channel: async () => null,
      answer: () => Promise.reject(new Error('this house has no repository')),
      pushed: async () => {},
    },
    evidence: {
      attestation: async () => null,
      publicKey: async () => '',
      vex: async () => null,
      published: async () => null,
    },
    reviews: { act: () => Promise.resolve({ kind: 'refused', why: 'no_review' }) },
    terms: noTerms,
    exceptions: noExceptions,
    triage: emptyQueue,
    alerts: toldNobody,
    consumers: noConsumers,
    covered: nothingCovered,
    embargoes: noEmbargoes,
    flake: { organisation: 'acme', flake: 'secure' },
    ...given,
  });
}
