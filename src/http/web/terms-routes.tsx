import { type Context, Hono } from 'hono';
import type { Person } from '../../accounts/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { type TermsOutcome, termsRefusal } from '../../pipeline/findings/index.ts';
import { paths } from '../addresses.ts';
import { csrfField } from '../csrf.tsx';
import { actingPersonOf, principalOf } from '../principal.ts';
import type { TermsPort } from '../terms-port.ts';
import { PolicyPage } from './pages/policy.tsx';
import { createShowPage } from './show-page.ts';

/** The terms of the promise, for people of the house; policy admins propose and approve here. */
export function termsRoutes(given: { readonly terms: TermsPort; readonly clock: Clock; readonly name: string }): Hono {
  const { terms, clock } = given;
  const app = new Hono();
  const show = createShowPage(given.name);

  app.get('/policy', (c) => page(c, null));
  app.post('/policy/propose', (c) => decided(c, (by) => terms.propose({ by })));
  for (const act of ['approve', 'withdraw'] as const)
    app.post(`/policy/${act}`, async (c) => {
      const { content } = await c.req.parseBody();
      return decided(c, (by) => terms[act]({ content: String(content ?? ''), by }));
    });
  return app;

  async function decided(c: Context, decide: (by: Person) => Promise<TermsOutcome>): Promise<Response> {
    const by = actingPersonOf(c);
    const outcome = by === null ? ({ kind: 'refused', why: 'role_missing' } as const) : await decide(by);
    if (outcome.kind !== 'refused') return c.redirect('/policy', 303);
    const { message, hint } = termsRefusal(outcome.why);
    return page(c, `Nothing was changed: ${message}. ${hint}`);
  }

  async function page(c: Context, refusal: string | null): Promise<Response> {
    if (principalOf(c)?.kind !== 'person') return c.redirect(paths.signIn('/policy'), 303);
    const [notice, history, proposals] = await Promise.all([terms.notice(), terms.history(), terms.proposals()]);
    const standing = await terms.standing().catch(() => null);
    const acting = actingPersonOf(c);
    return show(
      c,
      null,
      'Policy',
      <PolicyPage
        {...{ notice, history, proposals, standing, refusal }}
        admin={acting?.roles.includes('policy_admin') ? acting.name : null}
        formKey={csrfField(c)}
        now={clock.now()}
      />,
      refusal === null ? 200 : 400,
    );
  }
}
