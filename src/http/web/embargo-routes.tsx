import { type Context, Hono } from 'hono';
import type { Person } from '../../accounts/index.ts';
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { EmbargoAct, readReport, refusalWords } from '../../pipeline/embargoes/index.ts';
import { paths } from '../addresses.ts';
import { csrfField } from '../csrf.tsx';
import type { EmbargoPort } from '../embargo-port.ts';
import { openedWords } from '../embargo-words.ts';
import { actingPersonOf, principalOf, readerOf } from '../principal.ts';
import { type Form, textOf } from './act-form.ts';
import { EmbargoPage } from './pages/embargo.tsx';
import { EmbargoesPage } from './pages/embargoes.tsx';
import { createShowPage } from './show-page.ts';

/** What is under embargo, for those who were let in; to everybody else each address answers as if there were none. */
export function embargoRoutes(given: {
  readonly embargoes: EmbargoPort;
  readonly clock: Clock;
  readonly name: string;
}): Hono {
  const { embargoes, clock } = given;
  const app = new Hono();
  const show = createShowPage(given.name);
  const signIn = (c: Context) => c.redirect(paths.signIn(new URL(c.req.url).pathname), 303);
  const unkept = (response: Response) => {
    response.headers.set('Cache-Control', 'no-store');
    return response;
  };

  const showList = async (c: Context, said: { readonly draft: string; readonly problem: string } | null) => {
    const person = readerOf(principalOf(c));
    if (person === null) return signIn(c);
    const mayOpen = actingPersonOf(c)?.roles.includes('security_lead') ?? false;
    const page = (
      <EmbargoesPage
        embargoes={await embargoes.seenBy(person)}
        field={mayOpen ? csrfField(c) : null}
        said={said}
        now={clock.now()}
      />
    );
    return unkept(await show(c, null, 'Under embargo', page, said === null ? 200 : 400));
  };
  app.get(paths.embargoes, (c) => showList(c, null));
  app.post(paths.embargoes, async (c) => {
    const by = actingPersonOf(c);
    if (by === null) return signIn(c);
    const form = await c.req.parseBody();
    const draft = typeof form.report === 'string' ? form.report.slice(0, 100_000) : '';
    try {
      const outcome = await embargoes.open({ report: readReport(draft), by });
      if (outcome.kind === 'opened') return c.redirect(paths.embargo(outcome.id), 303);
      return showList(c, { draft, problem: openedWords(outcome) });
    } catch (error) {
      if (!(error instanceof AppError) || error.retryable) throw error;
      return showList(c, { draft, problem: `${error.message}.` });
    }
  });

  const showOne = async (c: Context, person: Person, refusal: string | null) => {
    const page = await embargoes.page(person, c.req.param('id') ?? '');
    if (page === null) return c.notFound();
    const acting = actingPersonOf(c);
    const body = <EmbargoPage page={page} person={acting} field={csrfField(c)} refusal={refusal} now={clock.now()} />;
    return unkept(await show(c, null, page.embargo.id, body, refusal === null ? 200 : 400));
  };
  app.get('/embargoes/:id', (c) => {
    const person = readerOf(principalOf(c));
    return person === null ? signIn(c) : showOne(c, person, null);
  });
  app.post('/embargoes/:id', async (c) => {
    const by = actingPersonOf(c);
    if (by === null) return signIn(c);
    const read = EmbargoAct.safeParse(actOf(await c.req.parseBody(), clock.now()));
    if (!read.success) {
      const [issue] = read.error.issues;
      return showOne(c, by, `${issue?.path.join(' ') || 'the form'}: ${issue?.message ?? 'not readable'}`);
    }
    const id = c.req.param('id');
    const outcome = await embargoes.act({ id, act: read.data, by });
    if (outcome.kind === 'unknown') return c.notFound();
    return outcome.kind === 'refused' ? showOne(c, by, refusalWords(outcome)) : c.redirect(paths.embargo(id), 303);
  });
  return app;
}

/** What a form means; its times are UTC. */
function actOf(form: Form, now: number): unknown {
  const text = (name: string) => textOf(form, name);
  const instant = (name: string) => Date.parse(`${text(name).slice(0, 16)}Z`);
  const kind = text('act');
  switch (kind) {
    case 'note':
      return { kind, text: typeof form.text === 'string' ? form.text : '' };
    case 'determine':
      return { kind, as: text('as'), attr: text('attr') || null, statement: text('statement') };
    case 'aware':
      return { kind, since: text('since') === '' ? now : instant('since'), evidence: text('evidence') };
    case 'fix':
      // A form sends its line ends as two characters.
      return {
        kind,
        channel: text('channel'),
        patch: typeof form.patch === 'string' ? form.patch.replaceAll('\r\n', '\n') : '',
      };
    case 'let-in':
      return { kind, person: text('person') };
    case 'move':
      return { kind, to: instant('to'), reason: text('reason') };
    case 'lift':
      return { kind, reason: text('reason') };
    default:
      return { kind };
  }
}
