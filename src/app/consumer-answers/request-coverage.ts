import { z } from 'zod';
import type { Coverage, CoverageWish } from '../../pipeline/consumers/index.ts';
import { askServer, tokenFor, unanswered } from './ask-server.ts';

const path = '/api/v1/coverage-requests';
const mostAtOnce = 5000;

const told = z.object({
  items: z.array(
    z.object({
      package: z.string(),
      state: z.enum(['open', 'accepted', 'declined']),
      decision: z.object({ reason: z.string() }).nullable(),
    }),
  ),
});

/** Asks the operators of a set to cover what it does not; says how each package stands with them. */
export async function requestCoverage(given: {
  readonly server: string;
  readonly coverage: Coverage;
  readonly reason: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}): Promise<z.infer<typeof told>['items']> {
  const { server, coverage, reason, environment, signal } = given;
  const byName = new Map(coverage.uncovered.map((line) => [line.name.toLowerCase(), line]));
  const packages = [...byName.values()]
    .slice(0, mostAtOnce)
    .map(({ name, version, attr }) => ({ name, version, attr }));
  if (packages.length === 0) return [];
  const token = await tokenFor(server, environment);
  const wish: CoverageWish = { reason, packages };
  const answer = told.safeParse(
    await askServer({ server, path, token, signal, method: 'POST', body: JSON.stringify(wish) }),
  );
  if (!answer.success) throw unanswered(server, path, new Error('that is no answer of a Snowguard'));
  return answer.data.items;
}
