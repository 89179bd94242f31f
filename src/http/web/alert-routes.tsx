import { type Context, Hono } from 'hono';
import type { Person } from '../../accounts/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { type DeliveryQuery, type StoredSubscription, Subscription } from '../../pipeline/alerts/index.ts';
import { paths } from '../addresses.ts';
import type { AlertPort } from '../alert-port.ts';
import { csrfField } from '../csrf.tsx';
import { mayEnd } from '../may-end.ts';
import { actingPersonOf, isOfTheHouse, principalOf } from '../principal.ts';
import type { PageContext } from './context.ts';
import { DeliveriesPage } from './pages/deliveries.tsx';
import { ConfirmPage, StopPage, SubscriptionsPage } from './pages/subscriptions.tsx';
import { createShowPage } from './show-page.ts';
import { deliveryStates, subscriptionOfForm } from './subscription-form.ts';

const perPage = 50;
const maxFormBytes = 64 * 1024;

/** Who is told what, whether it arrived, and the one click that stops it. */
export function alertRoutes(given: {
  readonly alerts: AlertPort;
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly flake: { readonly organisation: string; readonly flake: string };
}): Hono {
  const { alerts, clock, publicUrl, flake } = given;
  const app = new Hono();
  const name = `${flake.organisation}/${flake.flake}`;
  const show = createShowPage(name);
  const context = (): PageContext => ({ now: clock.now(), publicUrl, name, ...flake });
  const isOpen = (c: Context) => isOfTheHouse(principalOf(c), flake.organisation);
  const actingHere = (c: Context) => (isOpen(c) ? actingPersonOf(c) : null);

  const showDeliveries = async (c: Context, said: string | null) => {
    const query = deliveryQueryOf(c.req.query());
    const open = isOpen(c);
    const [targets, page] = open
      ? await Promise.all([alerts.targetHealth(), alerts.deliveries(query)])
      : [[], { items: [], next: null }];
    return show(
      c,
      null,
      'Deliveries',
      <DeliveriesPage
        reads={{
          targets,
          page,
          query,
          needsAddress: alerts.targets.filter((target) => target.needsAddress).map((target) => target.name),
        }}
        isOpen={open}
        person={actingHere(c)}
        field={csrfField(c)}
        said={said}
        context={context()}
      />,
    );
  };
  app.get('/deliveries', (c) => showDeliveries(c, null));
  app.post('/deliveries', async (c) => {
    const person = actingHere(c);
    if (person === null) return c.redirect(paths.signIn('/deliveries'), 303);
    const form = await formOf(c);
    const at = clock.now();
    switch (form.get('act')) {
      case 'test':
        return showDeliveries(c, await testWords(alerts, form, person, c.req.raw.signal));
      case 'enable':
        await alerts.enable({ target: form.get('target') ?? '', by: person.name, at });
        return c.redirect('/deliveries', 303);
      case 'replay':
        await alerts.replay({ id: form.get('id'), by: person.name, at });
        return c.redirect('/deliveries', 303);
      default:
        return c.redirect('/deliveries', 303);
    }
  });

  const showSubscriptions = async (c: Context, refusal: string | null, said: string | null = null) => {
    const person = actingHere(c);
    const all = isOpen(c) ? await alerts.subscriptions() : [];
    return show(
      c,
      null,
      'Subscriptions',
      <SubscriptionsPage
        subscriptions={all.map((subscription) => ({ subscription, mayStop: mayEnd(person, subscription) }))}
        targets={alerts.targets}
        isOpen={isOpen(c)}
        person={person}
        field={csrfField(c)}
        refusal={refusal}
        said={said}
        context={context()}
      />,
    );
  };
  app.get('/subscriptions', (c) => showSubscriptions(c, null));
  app.post('/subscriptions', async (c) => {
    const person = actingHere(c);
    if (person === null) return c.redirect(paths.signIn('/subscriptions'), 303);
    const form = await formOf(c);
    const at = clock.now();
    const act = form.get('act');
    if (act === 'stop' || act === 'ask-again') {
      const id = form.get('id') ?? '';
      const known = (await alerts.subscriptions()).find((candidate) => candidate.id === id);
      if (known === undefined || !mayEnd(person, known))
        return showSubscriptions(c, 'Only its subscriber, or who is on duty, can do that.');
      if (act === 'ask-again') return askAgain(c, { id, by: person.name, at }, known.subscription.address ?? '');
      await alerts.stop({ id, by: person.name, at });
      return c.redirect('/subscriptions', 303);
    }
    const parsed = Subscription.safeParse(subscriptionOfForm(form, person.name));
    if (!parsed.success)
      return showSubscriptions(
        c,
        parsed.error.issues.map((issue) => `${issue.path.join(' ')}: ${issue.message}`).join('; '),
      );
    try {
      const { confirmBy, subscription } = await alerts.subscribe({ subscription: parsed.data, by: person.name, at });
      if (confirmBy !== null) return showSubscriptions(c, null, askedWords(subscription.address ?? ''));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return showSubscriptions(c, `${error.message}.`);
    }
    return c.redirect('/subscriptions', 303);
  });
  const askAgain = async (c: Context, given: Parameters<AlertPort['askAgain']>[0], address: string) => {
    try {
      if ((await alerts.askAgain(given)) === 'asked') return showSubscriptions(c, null, askedWords(address));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return showSubscriptions(c, `${error.message}.`);
    }
    return c.redirect('/subscriptions', 303);
  };

  // Mail scanners follow links: only the form that is sent agrees to anything.
  const showConfirm = (c: Context, title: string, subscription: StoredSubscription | null) =>
    show(
      c,
      null,
      title,
      <ConfirmPage subscription={subscription} field={csrfField(c)} />,
      subscription === null ? 410 : 200,
    );
  app.get('/confirm/:token', async (c) =>
    showConfirm(c, 'Confirm', await alerts.waitingByToken(c.req.param('token'), clock.now())),
  );
  app.post('/confirm/:token', async (c) =>
    showConfirm(c, 'Confirmed', await alerts.confirm(c.req.param('token'), clock.now())),
  );

  // The same here: looking stops nothing, sending the form does (RFC 8058).
  app.get('/unsubscribe/:token', async (c) => {
    const known = await alerts.subscriptionByToken(c.req.param('token'));
    return known === null
      ? c.notFound()
      : show(c, null, 'Stop messages', <StopPage subscription={known} field={csrfField(c)} />);
  });
  app.post('/unsubscribe/:token', async (c) => {
    const known = await alerts.subscriptionByToken(c.req.param('token'));
    if (known === null) return c.notFound();
    await alerts.stop({ id: known.id, by: known.subscription.subscriber, at: clock.now() });
    const stopped = { ...known, stoppedAt: known.stoppedAt ?? clock.now() };
    return show(c, null, 'Stopped', <StopPage subscription={stopped} field={null} />);
  });
  return app;
}

function askedWords(address: string): string {
  return `${address} is asked whether it agrees. It is told nothing until somebody there opens the mail and says yes.`;
}

function deliveryQueryOf(query: Readonly<Record<string, string>>): DeliveryQuery {
  return {
    state: deliveryStates.find((state) => state === query.state) ?? null,
    target: query.target || null,
    after: query.after || null,
    limit: Math.min(200, Math.max(1, Number.parseInt(query.limit ?? '', 10) || perPage)),
  };
}

async function testWords(
  alerts: AlertPort,
  form: URLSearchParams,
  person: Person,
  signal: AbortSignal,
): Promise<string> {
  const target = form.get('target') ?? '';
  try {
    const { outcome } = await alerts.test({ target, by: person.name, address: form.get('address') || null, signal });
    return outcome.kind === 'sent' ? `Sent to ${target}: ${outcome.detail}` : `${target} refused: ${outcome.detail}`;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `${error.message}.`;
  }
}

/** The guard of forms may have read the body already: hono keeps it. */
async function formOf(c: Context): Promise<URLSearchParams> {
  const form = new URLSearchParams();
  if (Number(c.req.header('Content-Length') ?? 0) > maxFormBytes) return form;
  for (const [field, value] of Object.entries(await c.req.parseBody({ all: true })))
    for (const one of Array.isArray(value) ? value : [value]) if (typeof one === 'string') form.append(field, one);
  return form;
}
