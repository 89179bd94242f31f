import type { Problem } from '../../problem.ts';
import { renderDocument } from '../layout.tsx';

/** What went wrong and the way on. */
export function problemPage({ problem, name }: { readonly problem: Problem; readonly name: string }): Promise<string> {
  return renderDocument({
    title: problem.title,
    name,
    section: null,
    children: (
      <>
        <p class="kicker">{problem.status}</p>
        <h1>{problem.title}</h1>
        <p class="lead">{problem.detail}</p>
        <form class="ask" action="/search" method="get">
          <label>
            A CVE id or a package
            <input type="search" name="q" maxlength={200} required />
          </label>
          <button type="submit">Search</button>
        </form>
        <p>
          <a href="/">To the overview</a>
        </p>
      </>
    ),
  });
}
