import type { Context } from 'hono';
import type { FlakePlace } from '../../accounts/index.ts';
import { parseNarInfo } from '../../formats/nix/narinfo.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { type CacheId, cacheOfFlake, commonCache, sideFileFault } from '../../pipeline/releases/index.ts';
import { principalOf } from '../principal.ts';
import { type Problem, problems, problemText } from '../problem.ts';
import type { Access } from './access.ts';
import type { CacheAddress } from './address.ts';
import type { CachePorts } from './ports.ts';
import { smallUpload, uploadOf } from './read-upload.ts';

const most = { narInfo: 2 * 1024 * 1024, listing: 64 * 1024 * 1024, side: 64 * 1024 * 1024, together: 64 } as const;

/** Takes what `nix copy --to` and its kin PUT. Nix counts 200, 201 and 204 as done, and shows other bodies to its user. */
export function createUploads(given: {
  readonly ports: CachePorts;
  readonly access: Access;
  readonly clock: Clock;
}): (c: Context, address: CacheAddress) => Promise<Response> {
  const { ports, access, clock } = given;
  let running = 0;
  return async (c, address) => {
    const response = await answer(c, address);
    // The rest of a body that nobody reads must not be taken for the next request.
    if (response.status >= 400) response.headers.set('Connection', 'close');
    return response;
  };

  async function answer(c: Context, { place, file }: CacheAddress): Promise<Response> {
    if (!access.mayWrite(c, place)) return problemText(c, await refusal(c, place));
    if (running >= most.together)
      return problemText(c, problem(503, 'busy', `${running} uploads are running: try again in a moment`));
    running += 1;
    try {
      return await take(c, file, cacheAt(place));
    } catch (error) {
      if (!(error instanceof AppError) || !/^(cache|nar)\./.test(error.code)) throw error;
      const status = error.code.endsWith('too-large') ? 413 : error.retryable ? 503 : 422;
      return problemText(c, problem(status, error.code, error.message));
    } finally {
      running -= 1;
    }
  }

  async function take(c: Context, file: CacheAddress['file'], cache: CacheId): Promise<Response> {
    switch (file.kind) {
      case 'info':
      case 'listing': {
        // Both are ours to say: what a client makes of them is read and dropped.
        const dropped = await smallUpload(c, most.listing, clock.now);
        return dropped === null ? tooLarge(c, most.listing) : c.body(null, 204);
      }
      case 'nar':
        await ports.receiveNar({ cache, file: file.file, body: uploadOf(c, clock.now) });
        return c.body(null, 201);
      case 'narinfo':
        return narInfo(c, file.hash, cache);
      case 'side': {
        const content = await smallUpload(c, most.side, clock.now);
        if (content === null) return tooLarge(c, most.side);
        const fault = sideFileFault(file.side, file.name, content);
        if (fault !== null) return problemText(c, problem(422, 'cache.invalid', fault));
        await ports.receiveSideFile({ cache, kind: file.side, name: file.name, content });
        return c.body(null, 201);
      }
    }
  }

  async function narInfo(c: Context, hash: string, cache: CacheId): Promise<Response> {
    const body = await smallUpload(c, most.narInfo, clock.now);
    if (body === null) return tooLarge(c, most.narInfo);
    const read = parseNarInfo(body.toString('utf8'));
    if (read.kind === 'invalid') return problemText(c, problem(422, 'cache.invalid', read.reason));
    if (read.narInfo.storePath.hash !== hash)
      return problemText(c, problem(422, 'cache.invalid', 'StorePath is not the one of this address'));
    const outcome = await ports.acceptPath({ cache, narInfo: read.narInfo, actor: writerOf(c) });
    switch (outcome.kind) {
      case 'added':
        access.forget();
        return c.body(null, 201);
      case 'merged':
        return c.body(null, 200);
      case 'conflict':
        return problemText(c, problem(409, 'cache.conflict', outcome.reason));
      case 'refused':
        return problemText(c, problem(422, 'cache.refused', outcome.reason));
    }
  }

  /** Who may not even read it is told that there is nothing. */
  async function refusal(c: Context, place: FlakePlace | null): Promise<Problem> {
    const { caches } = await access.sightOf(c, place);
    if (place !== null && caches.length === 0) return problems.notFound('there is no such cache');
    return principalOf(c) === null
      ? problem(
          401,
          'cache.token',
          'uploads need a token: put "machine HOST login any password TOKEN" into the netrc-file',
        )
      : problem(
          403,
          'cache.scope',
          'this token may not upload here: it needs the scope cache-write, and a person a role',
        );
  }
}

function cacheAt(place: FlakePlace | null): CacheId {
  return place === null ? commonCache : cacheOfFlake(place.organisation, place.flake);
}

function writerOf(c: Context): string {
  const principal = principalOf(c);
  if (principal === null) return '';
  return principal.kind === 'person' ? principal.person.name : principal.name;
}

function tooLarge(c: Context, maxBytes: number): Response {
  return problemText(c, problem(413, 'cache.too-large', `at most ${maxBytes} bytes, plain, gzip, br or zstd`));
}

function problem(status: Problem['status'], code: string, detail: string): Problem {
  return { status, code, title: 'The upload is not taken', detail };
}
