import { type Context, Hono } from 'hono';
import { type GrantStore, grantRoles, type Person } from '../../accounts/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { paths } from '../addresses.ts';
import { csrfField } from '../csrf.tsx';
import { membersSeenBy } from '../members-seen.ts';
import { actingPersonOf } from '../principal.ts';
import { pathSegments } from '../registry/segments.ts';
import { MembersPage } from './pages/members.tsx';
import { createShowPage } from './show-page.ts';

/** Who was let into an organisation and its flakes, for its owners; to everybody else there is no such page. */
export function memberRoutes(given: {
  readonly grants: GrantStore;
  readonly clock: Clock;
  readonly name: string;
}): Hono {
  const { grants, clock } = given;
  const app = new Hono();
  const show = createShowPage(given.name);
  app.get('/org/:organisation/members', (c) => page(c, null));
  app.post('/org/:organisation/members', async (c) => {
    const by = actingPersonOf(c);
    const organisation = organisationOf(c);
    if (by === null || (await membersSeenBy(grants, by, organisation)) === null) return c.notFound();
    const form = await c.req.parseBody();
    const text = (field: string) => (typeof form[field] === 'string' ? form[field].trim().slice(0, 200) : '');
    const outcome = await grants.set({
      place: { organisation, flake: text('flake') || null },
      person: text('person'),
      role: grantRoles.find((role) => role === text('role')) ?? null,
      by,
      at: clock.now(),
    });
    if (outcome.kind === 'refused') return page(c, `Nothing was changed: ${outcome.reason}.`);
    return c.redirect(paths.members(organisation), 303);
  });
  return app;

  async function page(c: Context, refusal: string | null): Promise<Response> {
    const organisation = organisationOf(c);
    const person: Person | null = actingPersonOf(c);
    const members = person === null ? null : await membersSeenBy(grants, person, organisation);
    if (members === null) return c.notFound();
    return show(
      c,
      '/flakes',
      `Members of ${organisation}`,
      <MembersPage {...{ organisation, members, refusal, now: clock.now(), formKey: csrfField(c) }} />,
      refusal === null ? 200 : 400,
    );
  }
}

function organisationOf(c: Context): string {
  return (pathSegments(c.req.url)?.[1] ?? '').slice(0, 100);
}
