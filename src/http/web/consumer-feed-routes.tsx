import { type Context, Hono } from 'hono';
import type { Clock } from '../../foundation/clock.ts';
import type { RandomBytes } from '../../foundation/ids.ts';
import { paths, withQuery } from '../addresses.ts';
import type { ConsumerPort } from '../consumer-port.ts';
import { csrfField } from '../csrf.tsx';
import { actingPersonOf, isOfTheHouse, principalOf } from '../principal.ts';
import { textOf } from './act-form.ts';
import { ConsumerFeedsPage } from './pages/consumer-feeds.tsx';
import { createShowPage } from './show-page.ts';

const path = '/consumers/feeds';

/** Where people of the house make feeds for consumers and take them back: `/consumers/feeds?name=billing`. */
export function consumerFeedRoutes(given: {
  readonly consumers: Pick<ConsumerPort, 'feeds'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly name: string;
  readonly publicUrl: string;
  readonly flake: { readonly organisation: string; readonly flake: string };
}): Hono {
  const { consumers, clock, random, name: setName, publicUrl, flake } = given;
  const app = new Hono();
  const show = createShowPage(setName);
  const showFeeds = async (c: Context, said: { readonly made: string | null; readonly refusal: string | null }) => {
    const name = c.req.query('name') ?? '';
    const feeds = isOpen(c) ? await consumers.feeds.list({ name, by: null }) : null;
    if (feeds === null) return c.notFound();
    const context = { now: clock.now(), publicUrl, name: setName, ...flake };
    const field = actingHere(c) === null ? null : csrfField(c);
    const page = <ConsumerFeedsPage name={name} feeds={feeds} {...said} field={field} context={context} />;
    const response = await show(c, '/consumers', `Feeds of ${name}`, page);
    if (said.made !== null) response.headers.set('Cache-Control', 'private, no-store');
    return response;
  };
  const isOpen = (c: Context) => isOfTheHouse(principalOf(c), flake.organisation);
  const actingHere = (c: Context) => (isOpen(c) ? actingPersonOf(c) : null);

  app.get(path, (c) => showFeeds(c, { made: null, refusal: null }));
  app.post(path, async (c) => {
    const person = actingHere(c);
    if (person === null) return c.redirect(paths.signIn(withQuery(path, { name: c.req.query('name') })), 303);
    const form = await c.req.parseBody();
    const acting = { name: c.req.query('name') ?? '', by: null, actor: person.name, at: clock.now() };
    if (textOf(form, 'act') === 'revoke') {
      const revoked = await consumers.feeds.revoke({ ...acting, id: textOf(form, 'id') });
      return showFeeds(c, { made: null, refusal: revoked ? null : 'There is no such feed any more.' });
    }
    const outcome = await consumers.feeds.make({ ...acting, random });
    return showFeeds(c, {
      made: outcome.kind === 'made' ? outcome.key : null,
      refusal: outcome.kind === 'too-many' ? 'There are ten already: take one back first.' : null,
    });
  });
  return app;
}
