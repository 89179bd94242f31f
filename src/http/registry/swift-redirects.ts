import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RegistryIndex } from '../../pipeline/releases/index.ts';
import type { RegistryReads } from '../ports.ts';
import { findRelease } from './find-release.ts';
import { redirectHeaders } from './link.ts';
import { pathSegments, rangeOf } from './segments.ts';
import { viewFor } from './view.ts';

/** Answers a request itself, or says `otherwise` before anything of it was touched. */
export type FirstAnswer = (request: IncomingMessage, response: ServerResponse, otherwise: () => void) => void;

const keptAnswers = 10_000;
const longest = 512;

/**
 * The one address that every machine of every consumer asks over and over, answered before the rest of the house is woken:
 * a range of a flake that a stranger may see, as long as the registry stays as it is. What this does not know (a problem, a
 * page, a token, a condition) is for the routes, which give the same headers (link.ts).
 */
export function createSwiftRedirects(given: {
  readonly registry: Pick<RegistryReads, 'current'>;
  readonly publicUrl: string;
  /** Of every answer of the house. */
  readonly headers: Readonly<Record<string, string>>;
  /** So many more were answered. */
  readonly count: (answers: number) => void;
}): FirstAnswer {
  const { registry, publicUrl, count } = given;
  const always = Object.entries(given.headers).flat();
  let known: RegistryIndex | null = null;
  let answers = new Map<string, readonly string[] | null>();

  const answerTo = (index: RegistryIndex, target: string): readonly string[] | null => {
    if (index !== known || answers.size >= keptAnswers) {
      known = index;
      answers = new Map();
    }
    const kept = answers.get(target);
    if (kept !== undefined) return kept;
    const made = headersOf(index, target);
    answers.set(target, made);
    return made;
  };

  const headersOf = (index: RegistryIndex, target: string): readonly string[] | null => {
    const [, organisation = '', flake = '', range = '', ...more] = pathSegments(`http://registry${target}`) ?? [];
    if (more.length > 0 || organisation.toLowerCase() === 'pinned' || range === 'badge' || range === 'releases')
      return null;
    const found = findRelease(viewFor(index, null), { organisation, flake, range: rangeOf(range) });
    if (found.kind === 'problem') return null;
    return [
      ...Object.entries(redirectHeaders(publicUrl, found.placed.release, found.flake.visibility)).flat(),
      ...always,
    ];
  };

  const answerAll = (index: RegistryIndex, asked: readonly Asked[]) => {
    let answered = 0;
    for (const { request, response, otherwise } of asked) {
      const headers = answerTo(index, request.url ?? '');
      if (headers === null) otherwise();
      else {
        answered++;
        response.writeHead(307, headers as string[]);
        response.end();
      }
    }
    if (answered > 0) count(answered);
  };

  // Who comes in one turn of the event loop shares one look at the registry.
  let look: Promise<RegistryIndex> | null = null;
  let asked: Asked[] = [];
  return (request, response, otherwise) => {
    if (!isPlain(request)) return otherwise();
    const current = registry.current();
    if (current !== look) {
      const together: Asked[] = [];
      [look, asked] = [current, together];
      current.then(
        (index) => answerAll(index, together),
        // The routes ask again, and tell what went wrong.
        () => {
          for (const each of together) each.otherwise();
        },
      );
    }
    asked.push({ request, response, otherwise });
  };
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly otherwise: () => void;
}

/** A question without a token, a session or a condition. */
function isPlain({ method, url = '', rawHeaders }: IncomingMessage): boolean {
  if (method !== 'GET' || !url.startsWith('/f/') || url.length > longest) return false;
  for (let at = 0; at < rawHeaders.length; at += 2) if (turning.has((rawHeaders[at] ?? '').toLowerCase())) return false;
  return true;
}

const turning: ReadonlySet<string> = new Set(['authorization', 'cookie', 'if-none-match']);
