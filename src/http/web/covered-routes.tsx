import { type Context, Hono } from 'hono';
import type { Clock } from '../../foundation/clock.ts';
import { paths } from '../addresses.ts';
import { type CoveredPort, coverRefusal, standings } from '../covered-port.ts';
import { csrfField } from '../csrf.tsx';
import { actingPersonOf } from '../principal.ts';
import { textOf } from './act-form.ts';
import { CoveredSetPage } from './pages/covered.tsx';
import { textQueryOf } from './queries.ts';
import { createShowPage } from './show-page.ts';

/** The covered set by category, with how each package stands; those who decide edit it here. */
export function coveredRoutes(given: {
  readonly covered: CoveredPort;
  readonly name: string;
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly flake: { readonly organisation: string; readonly flake: string };
}): Hono {
  const { covered, name, clock } = given;
  const show = createShowPage(name);
  const app = new Hono();
  const page = async (c: Context, said: string | null) => {
    const { category = '', standing = '', ...rest } = c.req.query();
    const query = {
      ...textQueryOf(rest),
      category: category === '' ? null : category.slice(0, 100),
      standing: standings.find((known) => known === standing) ?? null,
    };
    const person = actingPersonOf(c);
    const mayDecide =
      person !== null && ['policy_admin', 'security_lead'].some((role) => person.roles.some((own) => own === role));
    return show(
      c,
      '/covered',
      'Covered set',
      <CoveredSetPage
        page={await covered.list(query)}
        history={await covered.history(10)}
        query={query}
        field={mayDecide ? csrfField(c) : null}
        said={said}
        now={clock.now()}
      />,
      said === null ? 200 : 400,
    );
  };
  app.get('/covered', (c) => page(c, null));
  app.post('/covered', async (c) => {
    const by = actingPersonOf(c);
    if (by === null) return c.redirect(paths.signIn('/covered'), 303);
    const form = await c.req.parseBody();
    const [attr, reason] = [textOf(form, 'attr'), textOf(form, 'reason')];
    const act = textOf(form, 'act');
    const outcome =
      act === 'add'
        ? await covered.add({ attr, category: textOf(form, 'category'), reason, by, dryRun: false })
        : act === 'keep'
          ? await covered.keep({ attr, by })
          : await covered.end({ attr, reason, by, dryRun: false });
    if (outcome.kind === 'refused') return page(c, coverRefusal(outcome.why));
    if (outcome.kind === 'by-hand') return page(c, outcome.what);
    return c.redirect('/covered', 303);
  });
  return app;
}
