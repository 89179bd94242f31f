import { type Context, Hono } from 'hono';
import { mayRead, mayWrite, type Visibility } from '../../accounts/index.ts';
import type { GitAnswer, GitRequest } from '../../platform/git/index.ts';
import { principalOf } from '../principal.ts';

/** What stands behind `https://host/git/<channel>.git`. */
export interface GitPort {
  readonly channel: (id: string) => Promise<{
    readonly id: string;
    readonly organisation: string;
    readonly flake: string;
    readonly visibility: Visibility;
  } | null>;
  readonly answer: (request: GitRequest) => Promise<GitAnswer>;
  /** Called once a push is on disk. */
  readonly pushed: () => Promise<void>;
}

const paths = /^\/git\/([A-Za-z0-9][A-Za-z0-9._-]{0,99})\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/;

/** Git's smart HTTP protocol: everybody reads a public channel, people with the scope `push` propose to `refs/for/<channel>`. */
export function gitRoutes(git: GitPort): Hono {
  const app = new Hono();
  app.on(['GET', 'POST'], '/git/*', async (c) => {
    const [, id = '', action = ''] = paths.exec(c.req.path) ?? [];
    const service = action === 'info/refs' ? (c.req.query('service') ?? '') : action;
    // The protocol of before 2010 would read files of the repository by name.
    if (service !== 'git-upload-pack' && service !== 'git-receive-pack') return c.notFound();
    const channel = await git.channel(id);
    const principal = principalOf(c);
    const pushes = service === 'git-receive-pack';
    const mayAsk = channel !== null && mayRead(principal, channel);
    if (principal === null && (pushes || !mayAsk)) return askWho(c);
    if (channel === null || !mayAsk) return c.notFound();
    if (pushes && !(principal?.kind === 'person' && mayWrite(principal, 'push', channel)))
      return c.text('your token or roles do not allow to propose changes\n', 403);
    const push =
      pushes && principal?.kind === 'person'
        ? { ref: `refs/for/${channel.id}`, namespace: principal.person.name }
        : null;
    const answer = await git.answer(requestOf(c, action, push));
    if (action === 'git-receive-pack') void answer.ended.then(git.pushed);
    const headers = new Headers(answer.headers.map(([name, value]) => [name, value] as [string, string]));
    return new Response(answer.body, { status: answer.status, headers });
  });
  return app;
}

function requestOf(c: Context, action: string, push: GitRequest['push']): GitRequest {
  return {
    method: c.req.method,
    path: `/${push === null ? 'repository' : 'incoming'}.git/${action}`,
    query: new URL(c.req.url).search.slice(1),
    contentType: c.req.header('Content-Type') ?? '',
    contentEncoding: c.req.header('Content-Encoding') ?? '',
    protocol: c.req.header('Git-Protocol') ?? '',
    body: c.req.raw.body,
    push,
    signal: c.req.raw.signal,
  };
}

/** Git asks for a name and a password then: any name, and a token. */
function askWho(c: Context): Response {
  return c.text('sign in with a token as the password\n', 401, { 'WWW-Authenticate': 'Basic realm="snowguard"' });
}
