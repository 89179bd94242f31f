import { type Context, Hono } from 'hono';
import type { Clock } from '../../foundation/clock.ts';
import { paths } from '../addresses.ts';
import { csrfField } from '../csrf.tsx';
import type { PortalReads } from '../ports.ts';
import { actingPersonOf } from '../principal.ts';
import type { TriagePort } from '../triage-port.ts';
import { titles, UnboundedPage } from './pages/unbounded.tsx';
import { createShowPage } from './show-page.ts';

const itemsOnAPage = 50;
const mostAttrs = 1_000;
const refusals = {
  not_a_person: 'Only a person takes something on.',
  role_missing: 'That takes an analyst.',
  nothing_waits: 'It does not wait there any more.',
} as const;

/** What waits beside the queue, and taking it on. */
export function unboundedRoutes(given: {
  readonly reads: Pick<PortalReads, 'unbounded'>;
  readonly triage: Pick<TriagePort, 'takeUnbounded'>;
  readonly clock: Clock;
  readonly name: string;
}): Hono {
  const { reads, triage, clock } = given;
  const app = new Hono();
  const show = createShowPage(given.name);

  const showList = async (c: Context, refusal: string | null) => {
    const after = c.req.query('after')?.slice(0, 100) ?? null;
    const list = c.req.query('kind') === 'elsewhere' ? 'elsewhere' : 'unbounded';
    const page = await reads.unbounded({ list, channel: null, after, limit: itemsOnAPage });
    const field = actingPersonOf(c)?.roles.includes('analyst') ? csrfField(c) : null;
    return show(c, '/queue', titles[list], <UnboundedPage {...{ list, page, after, field, refusal }} />);
  };
  app.get(paths.unbounded, (c) => showList(c, null));
  app.post(paths.unbounded, async (c) => {
    const by = actingPersonOf(c);
    if (by === null) return c.redirect(paths.signIn(paths.unbounded), 303);
    const { id, attr } = await c.req.parseBody({ all: true });
    const ticked = (Array.isArray(attr) ? attr : [attr]).filter((one) => typeof one === 'string').slice(0, mostAttrs);
    const outcome = await triage.takeUnbounded({
      id: typeof id === 'string' ? id.slice(0, 100) : '',
      channel: null,
      attrs: ticked.length === 0 ? null : ticked,
      by,
      at: clock.now(),
    });
    return outcome.kind === 'refused'
      ? showList(c, refusals[outcome.why])
      : c.redirect(c.req.query('kind') === 'elsewhere' ? `${paths.unbounded}?kind=elsewhere` : paths.unbounded, 303);
  });
  return app;
}
