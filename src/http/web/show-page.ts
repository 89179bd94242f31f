import { paths } from '../addresses.ts';
import { principalOf } from '../principal.ts';
import type { ShowPage } from './context.ts';
import { renderDocument } from './layout.tsx';

/** Shows whole pages with the name of the set, and of who is signed in: nobody keeps them for others. */
export function createShowPage(name: string): ShowPage {
  return async (c, section, title, children, status = 200) => {
    const principal = principalOf(c);
    const person = principal?.kind === 'person' ? principal.person.name : null;
    const here = new URL(c.req.url);
    const signIn =
      here.pathname === '/' || here.pathname === '/sign-in' ? '/sign-in' : paths.signIn(here.pathname + here.search);
    const headers = { 'Cache-Control': person === null ? 'no-cache' : 'private, no-cache' };
    return c.html(await renderDocument({ title, name, section, children, person, signIn }), status, headers);
  };
}
