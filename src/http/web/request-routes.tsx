import { Hono } from 'hono';
import type { Clock } from '../../foundation/clock.ts';
import { paths } from '../addresses.ts';
import type { ConsumerPort } from '../consumer-port.ts';
import { csrfField } from '../csrf.tsx';
import { actingPersonOf, isOperator, principalOf } from '../principal.ts';
import { textOf } from './act-form.ts';
import { RequestsPage } from './pages/requests.tsx';
import { createShowPage } from './show-page.ts';

/** What consumers ask to have covered, for the operators to decide. */
export function requestRoutes(given: {
  readonly consumers: Pick<ConsumerPort, 'requests'>;
  readonly name: string;
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly flake: { readonly organisation: string; readonly flake: string };
}): Hono {
  const { consumers, clock, name, publicUrl, flake } = given;
  const show = createShowPage(name);
  const app = new Hono();
  app.get('/requests', async (c) => {
    const requests = isOperator(principalOf(c)) ? await consumers.requests.requests({ state: null }) : null;
    const person = actingPersonOf(c);
    const mayDecide = person !== null && decides(person.roles);
    const context = { now: clock.now(), publicUrl, name, ...flake };
    return show(
      c,
      '/requests',
      'Coverage requests',
      <RequestsPage requests={requests} field={mayDecide ? csrfField(c) : null} context={context} />,
    );
  });
  app.post('/requests', async (c) => {
    const person = actingPersonOf(c);
    if (person === null || !decides(person.roles)) return c.redirect(paths.signIn('/requests'), 303);
    const form = await c.req.parseBody();
    const answer = form.answer === 'accepted' || form.answer === 'declined' ? form.answer : null;
    const reason = textOf(form, 'reason');
    if (answer !== null && reason !== '')
      await consumers.requests.decide({
        package: textOf(form, 'package'),
        answer,
        reason,
        by: person.name,
        at: clock.now(),
      });
    return c.redirect('/requests', 303);
  });
  return app;
}

function decides(roles: readonly string[]): boolean {
  return roles.includes('policy_admin') || roles.includes('security_lead');
}
