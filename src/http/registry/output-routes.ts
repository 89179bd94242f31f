import type { Context } from 'hono';
import type { Accounts } from '../../accounts/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import type { RegistryReads } from '../ports.ts';
import { nameOf, principalOf } from '../principal.ts';
import { problems, problemText } from '../problem.ts';
import { answerJson } from './answer-json.ts';
import { findRelease } from './find-release.ts';
import { rangeOf } from './segments.ts';
import { viewOf } from './view.ts';

/**
 * The store path of an output of a release, as `fh resolve`, `fh fetch` and `fh apply` ask for it; the latter two with a
 * token that opens exactly its closure at the cache.
 */
export async function answerOutput(
  c: Context,
  {
    registry,
    closures,
    clock,
  }: {
    readonly registry: RegistryReads;
    readonly closures: Accounts['closures'];
    readonly clock: Clock;
  },
  asked: {
    readonly organisation: string;
    readonly flake: string;
    readonly range: string;
    readonly attributePath: string;
  },
): Promise<Response> {
  const found = findRelease(await viewOf(registry, c), { ...asked, range: rangeOf(asked.range) });
  if (found.kind === 'problem') return problemText(c, found.problem);
  const { release } = found.placed;
  const attributePath = asked.attributePath.slice(0, 500);
  const storePath = await registry.outputOf(release, attributePath);
  if (storePath === null)
    return problemText(
      c,
      problems.notFound(`no store path is known of ${attributePath.slice(0, 80)} in ${release.version.slice(0, 60)}`),
    );
  const answer = { attribute_path: attributePath, store_path: storePath };
  if (c.req.query('include_token') !== 'true') return answerJson(c, answer);
  const principal = principalOf(c);
  if (principal === null || !principal.scopes.includes('read'))
    return problemText(c, {
      status: 401,
      code: 'no-token',
      title: 'Sign in first',
      detail: 'a token is only given to who sends one that may read: fh login, or snowguard login',
    });
  const { text } = await closures.issue({ storePath, issuedTo: nameOf(principal), at: clock.now() });
  c.header('Cache-Control', 'private, no-store');
  return c.json({ ...answer, token: text });
}
