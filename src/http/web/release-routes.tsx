import { type Context, Hono } from 'hono';
import type { Person } from '../../accounts/index.ts';
import { csrfField } from '../csrf.tsx';
import type { AskOutcome, ExceptionPort } from '../exception-port.ts';
import { askRefusal } from '../exception-words.ts';
import type { PortalReads } from '../ports.ts';
import { actingPersonOf, principalOf } from '../principal.ts';
import type { PageContext, ShowPage } from './context.ts';
import { Exceptions } from './pages/exceptions.tsx';
import { ReleasesPage } from './pages/releases.tsx';

interface Options {
  readonly reads: Pick<PortalReads, 'releases'>;
  readonly exceptions: ExceptionPort;
  readonly show: ShowPage;
  readonly context: () => PageContext;
}

/** Every release, and for people of the house those that wait for a second release manager. */
export function releaseRoutes({ reads, exceptions, show, context }: Options): Hono {
  const app = new Hono();
  app.get('/releases', (c) => page(c, null));
  app.post('/releases/ask', async (c) => {
    const form = await c.req.parseBody();
    const [channel, reason] = [String(form.channel ?? ''), String(form.reason ?? '')];
    return decided(c, (by) => exceptions.ask({ channel, reason, by }));
  });
  for (const act of ['approve', 'refuse'] as const)
    app.post(`/releases/${act}`, async (c) => {
      const { content } = await c.req.parseBody();
      return decided(c, (by) => exceptions[act]({ content: String(content ?? ''), by }));
    });
  return app;

  async function decided(c: Context, decide: (by: Person) => Promise<AskOutcome>): Promise<Response> {
    const by = actingPersonOf(c);
    const outcome = by === null ? ({ kind: 'refused', why: 'role_missing' } as const) : await decide(by);
    if (outcome.kind !== 'refused') return c.redirect('/releases', 303);
    const { message, hint } = askRefusal(outcome.why);
    return page(c, `Nothing was done: ${message}. ${hint}`);
  }

  async function page(c: Context, refusal: string | null): Promise<Response> {
    const acting = actingPersonOf(c);
    const manager = acting?.roles.includes('release_manager') ? acting.name : null;
    const isKnown = principalOf(c)?.kind === 'person';
    return show(
      c,
      '/releases',
      'Releases',
      <ReleasesPage releases={await reads.releases()} context={context()}>
        {isKnown && (
          <Exceptions
            waiting={await exceptions.waiting()}
            channels={exceptions.channels}
            formKey={csrfField(c)}
            now={context().now}
            {...{ manager, refusal }}
          />
        )}
      </ReleasesPage>,
      refusal === null ? 200 : 403,
    );
  }
}
