import { z } from 'zod';
import type { Principal } from '../../accounts/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { maxClosureBytes, maxLockBytes } from '../../pipeline/consumers/index.ts';
import type { CachePorts } from '../cache/ports.ts';
import type { ConsumerPort } from '../consumer-port.ts';
import type { PortalReads } from '../ports.ts';
import { isOfTheHouse, nameOf } from '../principal.ts';
import { problems } from '../problem.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { presentBoard } from './present.ts';
import { closureSchema, closureToldSchema, presentClosure } from './present-closure.ts';
import { boardSchema } from './schemas.ts';
import { strangers } from './sign-in-first.ts';

const none = z.object({});
const place = '/api/v1/consumers/{name}';
const noLock = problems.notFound(
  'You have registered no lock of that name. Register one first: snowguard consumer add NAME',
);

/** What a consumer tells a set: whose lock this is, and what really runs. */
export function consumerEndpoints(given: {
  readonly reads: Pick<PortalReads, 'consumers'>;
  readonly consumers: Omit<ConsumerPort, 'requests' | 'feeds'>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly cache: Pick<CachePorts, 'keys'>;
  readonly organisation: string;
  readonly publicUrl: string;
}): readonly Endpoint[] {
  const { reads, consumers, clock, newId, cache, organisation, publicUrl } = given;
  return [
    endpoint({
      path: '/api/v1/consumers',
      id: 'listConsumers',
      summary: 'Who consumes the releases and who must act: by their locks, and for people of the house by what runs',
      query: none,
      response: boardSchema,
      handle: async ({ principal }) =>
        presentBoard(await reads.consumers({ byClosures: isOfTheHouse(principal, organisation) })),
    }),
    endpoint({
      method: 'put',
      path: place,
      id: 'registerLock',
      summary: 'Register a flake.lock under a name, or replace the one of that name',
      query: none,
      response: z.object({ name: z.string(), changed: z.boolean(), inputs: z.number().int() }),
      maxBodyBytes: maxLockBytes,
      handle: async ({ params: { name = '' }, body: text, principal }) => {
        if (principal === null) return { problem: strangers };
        const by = nameOf(principal);
        const outcome = await consumers.registerLock({ name, text, at: clock.now(), id: newId(), by });
        switch (outcome.kind) {
          case 'registered':
            return { name, changed: outcome.changed, inputs: outcome.consumer.inputs.length };
          case 'taken':
            return {
              problem: {
                status: 409,
                code: 'taken',
                title: 'That name is taken',
                detail: 'Somebody else has registered a lock under that name. Choose another.',
              },
            };
          case 'malformed':
            return {
              problem: {
                status: 422,
                code: 'malformed-lock',
                title: 'This cannot be registered',
                detail: outcome.reason.slice(0, 500),
              },
            };
        }
      },
    }),
    endpoint({
      method: 'delete',
      path: place,
      id: 'removeLock',
      summary: 'Forget a lock that you registered, and what was told to run',
      query: none,
      response: z.object({ removed: z.literal(true) }),
      handle: async ({ params: { name = '' }, principal }) => {
        if (principal === null) return { problem: strangers };
        const removed = await consumers.remove({ name, at: clock.now(), by: nameOf(principal) });
        return removed ? { removed } : { problem: problems.notFound('You have registered no lock of that name.') };
      },
    }),
    endpoint({
      path: `${place}/closure`,
      id: 'getClosure',
      summary:
        'What a consumer says that it runs, and what of it must be acted on; for whose it is, and people of the house',
      query: none,
      response: closureSchema,
      isPersonal: true,
      handle: async ({ params: { name = '' }, principal }) => {
        if (principal === null) return { problem: strangers };
        const uploads = await consumers.closures.history({ name, by: readerOf(principal) });
        if (uploads === null) return { problem: noLock };
        return presentClosure(name, uploads, await reads.consumers({ byClosures: true }));
      },
    }),
    endpoint({
      method: 'post',
      path: `${place}/closure`,
      id: 'uploadClosure',
      summary:
        'Post what a consumer runs: store paths, nix path-info -r --json, nix derivation show -r, CycloneDX or SPDX',
      query: none,
      response: closureToldSchema,
      maxBodyBytes: maxClosureBytes,
      bodyTypes: ['application/json', 'text/plain'],
      handle: async ({ params: { name = '' }, body: text, principal }) => {
        if (principal === null) return { problem: strangers };
        const by = nameOf(principal);
        const outcome = await consumers.closures.upload({ name, text, at: clock.now(), id: newId(), by });
        switch (outcome.kind) {
          case 'kept': {
            const { source, packages } = outcome.closure;
            return { name, changed: outcome.changed, source, packages };
          }
          case 'unknown':
            return { problem: noLock };
          case 'refused':
            return {
              problem: {
                status: 422,
                code: 'malformed-closure',
                title: 'This tells no packages',
                detail: `${outcome.reason.slice(0, 500)}. What was known before stays.`,
              },
            };
        }
      },
    }),
    endpoint({
      method: 'delete',
      path: `${place}/closure`,
      id: 'removeClosure',
      summary: 'Forget what a consumer of yours runs: its lock alone counts again',
      query: none,
      response: z.object({ removed: z.literal(true) }),
      handle: async ({ params: { name = '' }, principal }) => {
        if (principal === null) return { problem: strangers };
        const removed = await consumers.closures.remove({ name, at: clock.now(), by: nameOf(principal) });
        return removed ? { removed } : { problem: problems.notFound('You have told no closure under that name.') };
      },
    }),
    endpoint({
      path: '/api/v1/client-settings',
      id: 'getClientSettings',
      summary: 'What "snowguard login" writes into the settings of Nix: the cache and its keys',
      query: none,
      response: z.object({ substituter: z.string(), trustedPublicKeys: z.array(z.string()) }),
      handle: async () => {
        const keys = (await cache.keys()).filter(({ retiredAt }) => retiredAt === null);
        return { substituter: `${publicUrl}/cache`, trustedPublicKeys: keys.map(({ publicKey }) => publicKey) };
      },
    }),
  ];

  /** People of the house may read everybody's, others their own. */
  function readerOf(principal: Principal): string | null {
    return isOfTheHouse(principal, organisation) ? null : nameOf(principal);
  }
}
