import { type Context, Hono } from 'hono';
import {
  type PeopleChange,
  type PeopleOutcome,
  type PeopleStore,
  peopleRefusal,
  readFingerprint,
  roles,
} from '../../accounts/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { paths } from '../addresses.ts';
import { csrfField } from '../csrf.tsx';
import { actingPersonOf, principalOf } from '../principal.ts';
import { PeoplePage } from './pages/people.tsx';
import { createShowPage } from './show-page.ts';

/** Who belongs to the house, for those who do; policy admins propose and approve here. */
export function peopleRoutes(given: {
  readonly people: PeopleStore;
  readonly clock: Clock;
  readonly name: string;
}): Hono {
  const { people, clock } = given;
  const app = new Hono();
  const show = createShowPage(given.name);

  app.get('/people', (c) => {
    if (principalOf(c)?.kind === 'person') return page(c, null);
    return c.redirect(paths.signIn('/people'), 303);
  });
  app.post('/people/propose', async (c) => {
    const change = changeOf(await c.req.parseBody({ all: true }));
    if (change === null)
      return page(c, 'Nothing was changed: a fingerprint is 16 hexadecimal digits, a colon, and 64 more.');
    return decided(c, (by) => people.propose({ change, by, at: clock.now() }));
  });
  for (const act of ['approve', 'withdraw'] as const)
    app.post(`/people/${act}`, async (c) => {
      const { content } = await c.req.parseBody();
      return decided(c, (by) => people[act]({ content: String(content ?? ''), by, at: clock.now() }));
    });
  return app;

  async function decided(
    c: Context,
    decide: (by: NonNullable<ReturnType<typeof actingPersonOf>>) => Promise<PeopleOutcome>,
  ): Promise<Response> {
    const by = actingPersonOf(c);
    const outcome = by === null ? ({ kind: 'refused', why: 'role_missing' } as const) : await decide(by);
    if (outcome.kind !== 'refused') return c.redirect('/people', 303);
    const { message } = peopleRefusal(outcome.why);
    return page(c, `Nothing was changed: ${message}.`);
  }

  async function page(c: Context, refusal: string | null): Promise<Response> {
    const principal = principalOf(c);
    if (principal?.kind !== 'person') return c.redirect(paths.signIn('/people'), 303);
    const now = clock.now();
    const [everyone, proposals] = await Promise.all([people.people(), people.proposals(now)]);
    const acting = actingPersonOf(c);
    return show(
      c,
      null,
      'People',
      <PeoplePage
        people={everyone}
        proposals={proposals}
        admin={acting?.roles.includes('policy_admin') ? acting.name : null}
        formKey={csrfField(c)}
        now={now}
        refusal={refusal}
      />,
      refusal === null ? 200 : 400,
    );
  }
}

/** What the form asks for; null when it asks for nothing that is known, or its fingerprint is none. */
function changeOf(form: Readonly<Record<string, unknown>>): PeopleChange | null {
  const text = (field: string) => (typeof form[field] === 'string' ? form[field].trim().slice(0, 500) : '');
  const [name, kind, key] = [text('name'), text('kind'), readFingerprint(text('key'))];
  const ticked = [form.role].flat();
  const chosen = roles.filter((role) => ticked.includes(role));
  const known = { email: text('email') || null, identity: text('identity') || null };
  if (text('key') !== '' && key === null) return null;
  switch (kind) {
    case 'roles':
      return { kind, name, roles: chosen };
    case 'identity':
      return { kind, name, ...known };
    case 'key':
      return key === null ? null : { kind, name, key };
    case 'remove':
      return { kind, name };
    case 'add':
      return { kind, name, roles: chosen, ...known, key };
    default:
      return null;
  }
}
