import type { Child } from 'hono/jsx';
import {
  bands,
  type ProposedTerms,
  type Terms,
  type TermsStanding,
  termsName,
  termsOrigin,
  writtenTerms,
} from '../../../pipeline/findings/index.ts';
import { promised } from '../format-time.ts';
import { Band, Day, Empty, Moment, Scroll } from '../parts.tsx';
import { Proposals } from './proposals.tsx';

interface Props {
  readonly notice: string | null;
  /** Newest first. */
  readonly history: readonly Terms[];
  readonly proposals: readonly ProposedTerms[];
  /** How the file stands; null where it cannot be read. */
  readonly standing: TermsStanding | null;
  /** Who looks at it, when they may decide here; null for everyone else. */
  readonly admin: string | null;
  readonly formKey: Child;
  readonly now: number;
  readonly refusal: string | null;
}

/** The terms of the promise: in force, waiting, and all that ever were. */
export function PolicyPage(props: Props) {
  const { notice, history, now, refusal } = props;
  const [inForce, ...before] = history;
  return (
    <>
      <h1>Policy</h1>
      <p class="lead">
        The terms of the <a href="/sla">promise</a>. Every change takes two policy admins; a finding keeps the version
        it was opened under.
      </p>
      {refusal !== null && (
        <div class="notice" role="alert">
          <p>{refusal}</p>
        </div>
      )}
      {notice !== null && (
        <div class="notice">
          <p>{notice}</p>
        </div>
      )}
      <File {...props} />
      <h2>Waiting for a second policy admin</h2>
      <Waiting {...props} />
      <h2>In force</h2>
      {inForce === undefined ? (
        <Empty>
          <p>Nothing is in force yet. The first start takes what the policy file says.</p>
        </Empty>
      ) : (
        <InForce terms={inForce} now={now} />
      )}
      {before.length > 0 && (
        <>
          <h2>Before</h2>
          <ol class="rows plain">
            {before.map((terms) => (
              <li data-row>
                <div>
                  <span class="name">{termsName(terms.policy)}</span>
                  <Origin terms={terms} now={now} />
                </div>
              </li>
            ))}
          </ol>
        </>
      )}
    </>
  );
}

/** What was edited and nobody proposed. */
function File({ standing, admin, formKey }: Props) {
  if (standing === null || standing.isInForce || standing.inForce === null || standing.proposal !== null) return null;
  return (
    <section aria-labelledby="edited">
      <h2 id="edited">The edited file</h2>
      <Changes changes={standing.changes} />
      {admin !== null && standing.fault === null && standing.isAsked && (
        <form method="post" action="/policy/propose">
          {formKey}
          <button type="submit">Propose it</button>
        </form>
      )}
    </section>
  );
}

function Waiting({ proposals, admin, formKey, now }: Props) {
  if (proposals.length === 0)
    return (
      <Empty>
        <p>Nothing waits.</p>
      </Empty>
    );
  const waiting = proposals.map(({ content, policy, changes, proposedBy: by, proposedAt: at, expiresAt }) => ({
    content,
    by,
    at,
    expiresAt,
    says: <span class="name">{termsName(policy)}</span>,
    more: <Changes changes={changes} />,
  }));
  return <Proposals waiting={waiting} place="/policy" person={admin} formKey={formKey} now={now} />;
}

function Changes({ changes }: { readonly changes: readonly string[] }) {
  return (
    <ul>
      {changes.map((change) => (
        <li>
          <code>{change}</code>
        </li>
      ))}
    </ul>
  );
}

function Origin({ terms, now }: { readonly terms: Terms; readonly now: number }) {
  return (
    <p class="sub">
      {termsOrigin(terms)}, <Moment at={terms.takenAt} now={now} /> · content <code>{terms.content.slice(0, 16)}</code>
    </p>
  );
}

function InForce({ terms, now }: { readonly terms: Terms; readonly now: number }) {
  const { policy } = terms;
  return (
    <>
      <p>
        <strong>{termsName(policy)}</strong>
        {policy.channels.length > 0 && ` for ${policy.channels.join(', ')}`}
        {policy.effectiveFrom > now && (
          <>
            {' '}
            from <Day at={policy.effectiveFrom} /> on
          </>
        )}
      </p>
      <Origin terms={terms} now={now} />
      <Scroll label="The promise by severity">
        <table>
          <thead>
            <tr>
              <th scope="col">Severity</th>
              <th scope="col">Answer in</th>
              <th scope="col">Fix in</th>
            </tr>
          </thead>
          <tbody>
            {bands.map((band) => (
              <tr>
                <th scope="row">
                  <Band band={band} />
                </th>
                <td>{answerIn(policy.windows[band].response)}</td>
                <td>{promised(policy.windows[band].remediation)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <details>
        <summary>Every setting</summary>
        <Changes changes={writtenTerms(policy)} />
      </details>
    </>
  );
}

function answerIn(response: number | null): string {
  return response === null ? 'not promised' : promised(response);
}
