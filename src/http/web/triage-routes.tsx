import { type Context, Hono } from 'hono';
import type { Clock } from '../../foundation/clock.ts';
import { severityBands } from '../../pipeline/advisories/index.ts';
import { mostActs, type QueueQuery, stages } from '../../pipeline/findings/index.ts';
import { paths } from '../addresses.ts';
import { csrfField } from '../csrf.tsx';
import { actingPersonOf } from '../principal.ts';
import { pathSegments } from '../registry/segments.ts';
import type { TriagePort } from '../triage-port.ts';
import { actOfForm, type Form } from './act-form.ts';
import type { PageContext } from './context.ts';
import { FindingPage } from './pages/finding.tsx';
import { QueuePage } from './pages/queue.tsx';
import { BulkPage, BulkPreviewPage } from './pages/queue-bulk.tsx';
import { createShowPage } from './show-page.ts';
import { outcomeWords } from './triage-words.ts';

const itemsOnAPage = 50;
const awaitedShown = 20;
const owedShown = 50;

/** Where people decide: the queue, one finding, several at once. Every form works without a script. */
export function triageRoutes(given: {
  readonly triage: TriagePort;
  readonly clock: Clock;
  readonly publicUrl: string;
  readonly flake: { readonly organisation: string; readonly flake: string };
}): Hono {
  const { triage, clock, publicUrl, flake } = given;
  const app = new Hono();
  const name = `${flake.organisation}/${flake.flake}`;
  const show = createShowPage(name);
  const context = (): PageContext => ({ now: clock.now(), publicUrl, name, ...flake });

  app.get(paths.queue, async (c) => {
    const person = actingPersonOf(c);
    const query = queueQueryOf(c.req.query(), person?.name ?? null);
    const [page, awaited, owed, reviews] = await Promise.all([
      triage.queue(query),
      person === null ? [] : triage.awaited({ findingId: null, limit: awaitedShown }),
      triage.answersOwed(owedShown),
      triage.reviewsOwed(owedShown),
    ]);
    return show(
      c,
      '/queue',
      'Queue',
      <QueuePage
        reads={{ ...page, awaited, owed, reviews }}
        query={query}
        person={person}
        field={csrfField(c)}
        context={context()}
      />,
    );
  });

  const showFinding = async (c: Context, refusal: string | null) => {
    const page = await triage.findingPage(pathSegments(c.req.url)?.[1] ?? '');
    if (page === null) return c.notFound();
    const { advisoryId, attr } = page.finding.finding;
    const person = actingPersonOf(c);
    return show(
      c,
      '/queue',
      `${advisoryId} in ${attr}`,
      <FindingPage page={page} person={person} field={csrfField(c)} refusal={refusal} context={context()} />,
    );
  };
  app.get('/findings/:id{[0-9]+}', (c) => showFinding(c, null));
  app.post('/findings/:id{[0-9]+}', async (c) => {
    const by = actingPersonOf(c);
    const findingId = c.req.param('id');
    if (by === null) return c.redirect(paths.signIn(paths.finding(findingId)), 303);
    const read = actOfForm(await c.req.parseBody());
    if (read.kind === 'problem') return showFinding(c, read.text);
    const outcome = await triage.act({ findingId, act: read.act, by, at: clock.now() });
    return outcome.kind === 'refused'
      ? showFinding(c, outcomeWords(outcome))
      : c.redirect(paths.finding(findingId), 303);
  });

  app.post(paths.bulk, async (c) => {
    const by = actingPersonOf(c);
    if (by === null) return c.redirect(paths.signIn(paths.queue), 303);
    const form = await c.req.parseBody({ all: true });
    const ids = await chosenIds(triage, form);
    if (ids.length === 0) return c.redirect(paths.queue, 303);
    const findings = (await Promise.all(ids.map((id) => triage.triaged(id)))).filter((one) => one !== null);
    const shared = { findings, field: csrfField(c), context: context() };
    if (form.act === undefined) return show(c, '/queue', 'Several at once', <BulkPage {...shared} problem={null} />);
    const read = actOfForm(form);
    if (read.kind === 'problem')
      return show(c, '/queue', 'Several at once', <BulkPage {...shared} problem={read.text} />);
    const dryRun = form.step !== 'apply';
    const acts = findings.map(({ finding }) => ({ findingId: finding.id, act: read.act }));
    const results = await triage.actInBulk({ acts, by, at: clock.now(), dryRun });
    if (!dryRun) return c.redirect(paths.queue, 303);
    return show(c, '/queue', 'Preview', <BulkPreviewPage {...shared} form={form} results={results} />);
  });
  return app;
}

/** Whole work items by any finding of theirs, and single findings. */
async function chosenIds(triage: TriagePort, form: Form): Promise<readonly string[]> {
  const ids = new Set(textsOf(form.id));
  for (const head of textsOf(form.item)) {
    for (const { finding } of await triage.itemOf(head)) ids.add(finding.id);
  }
  return [...ids].slice(0, mostActs);
}

function textsOf(value: unknown): readonly string[] {
  const all = Array.isArray(value) ? value : [value];
  return all.filter((one): one is string => typeof one === 'string' && /^\d{1,15}$/.test(one)).slice(0, mostActs);
}

/** Read leniently: what cannot be meant is left out. */
function queueQueryOf(asked: Readonly<Record<string, string>>, person: string | null): QueueQuery {
  const attr = (asked.attr ?? '').trim().slice(0, 200);
  return {
    band: severityBands.find((band) => band === asked.band) ?? null,
    channel: asked.channel ? asked.channel.slice(0, 100) : null,
    stage: stages.find((stage) => stage === asked.stage) ?? null,
    claimedBy: asked.mine === '1' ? person : null,
    attr: attr === '' ? null : attr,
    after: asked.after ?? null,
    limit: itemsOnAPage,
  };
}
