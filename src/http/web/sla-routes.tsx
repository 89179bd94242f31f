import { type Context, Hono } from 'hono';
import { attainmentCsv, presentAttainment, presentCase } from '../api/present-sla.ts';
import { actingPersonOf } from '../principal.ts';

import type { CaseRead, SlaPort } from '../sla-ports.ts';
import type { PageContext, ShowPage } from './context.ts';

interface Options {
  readonly sla: SlaPort;
  readonly show: ShowPage;
  readonly context: () => PageContext;
  /** Whether customers may be named to who asks. */
  readonly isOpen: (c: Context) => boolean;
}

const refusals = {
  no_page: 'There is no such call.',
  already: 'Somebody has taken it on already.',
  not_a_person: 'Only people take calls on.',
  role_missing: 'None of your roles takes calls on.',
} as const;

/** How the promise is kept, each finding's clocks, and who is called about them. */
export function slaRoutes({ sla, show, context, isOpen }: Options): Hono {
  const app = new Hono();
  const noCache = { 'Cache-Control': 'no-cache' };
  app.get('/sla', async (c) => {
    // Charts are drawn by a library that no other page needs.
    const { AttainmentPage } = await import('./pages/attainment.tsx');
    const [read, outlook] = await Promise.all([sla.attainment(), sla.forecast()]);
    const choice = { month: c.req.query('month') || null, channel: c.req.query('channel') || null };
    return show(
      c,
      '/sla',
      'How the promise is kept',
      <AttainmentPage read={read} outlook={outlook} choice={choice} context={context()} />,
    );
  });
  app.get('/sla/attainment.csv', async (c) =>
    c.body(attainmentCsv(ofMonth(await sla.attainment(), c)), 200, {
      ...noCache,
      'Content-Type': 'text/csv; charset=utf-8',
    }),
  );
  app.get('/sla/attainment.json', async (c) =>
    c.json(presentAttainment(ofMonth(await sla.attainment(), c)), 200, noCache),
  );
  app.get('/sla/calls', async (c) => {
    const { CallsPage } = await import('./pages/attainment-calls.tsx');
    const mayAnswer = actingPersonOf(c) !== null;
    return show(c, '/sla', 'Calls', <CallsPage pages={await sla.pages()} {...{ mayAnswer, c }} context={context()} />);
  });
  app.post('/sla/calls/:id', async (c) => {
    const by = actingPersonOf(c);
    const outcome =
      by === null
        ? ({ kind: 'refused', why: 'not_a_person' } as const)
        : await sla.acknowledge({ pageId: c.req.param('id'), by });
    if (outcome.kind === 'acknowledged') return c.redirect('/sla/calls', 303);
    const status = outcome.why === 'no_page' ? 404 : 403;
    return show(c, '/sla', 'Not done', <Refused text={refusals[outcome.why]} />, status);
  });
  app.get('/sla/:id', async (c) => {
    const id = c.req.param('id');
    const isJson = id.endsWith('.json');
    const found = await sla.caseOf(isJson ? id.slice(0, -'.json'.length) : id);
    if (found === null) return c.notFound();
    const open = isOpen(c);
    const read = open ? found : forStrangers(found);
    if (isJson) return c.json(presentCase(read), 200, open ? { 'Cache-Control': 'private, no-cache' } : noCache);
    const { CasePage } = await import('./pages/case.tsx');
    const title = `Clocks of ${read.finding.advisoryId} in ${read.finding.attr}`;
    return show(c, '/sla', title, <CasePage read={read} showsCustomers={open} context={context()} />);
  });
  return app;
}

/** Whom we told, what they answered, and what we say of ourselves is for the house. */
function forStrangers(read: CaseRead): CaseRead {
  return {
    ...read,
    steps: read.steps.filter(({ by }) => by === null || !houseFacts.includes(by)),
    facts: read.facts.filter(({ kind }) => !houseFacts.includes(kind)),
  };
}

const houseFacts: readonly string[] = ['customer_notified', 'customer_acknowledged', 'post_mortem'];

function ofMonth<Read extends { readonly rows: readonly Dated[]; readonly misses: readonly Dated[] }>(
  read: Read,
  c: Context,
): Read {
  const month = c.req.query('month') || null;
  const isWanted = (one: Dated) => month === null || one.month === month;
  return { ...read, rows: read.rows.filter(isWanted), misses: read.misses.filter(isWanted) };
}

interface Dated {
  readonly month: string;
}

function Refused({ text }: { readonly text: string }) {
  return (
    <>
      <h1>Nothing was done</h1>
      <p class="lead">{text}</p>
      <p>
        <a href="/sla/calls">Back to the calls</a>
      </p>
    </>
  );
}
