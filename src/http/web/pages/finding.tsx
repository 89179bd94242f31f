import type { Child } from 'hono/jsx';
import type { Person } from '../../../accounts/index.ts';
import { toIso } from '../../../foundation/clock.ts';
import { leavingSays } from '../../../pipeline/changes/index.ts';
import { isUnsupported, verdictTypes } from '../../../pipeline/findings/index.ts';
import { paths } from '../../addresses.ts';
import type { FindingPage as FindingReads } from '../../triage-port.ts';
import type { PageContext } from '../context.ts';
import { minute } from '../format-time.ts';
import { Band, Day, Due, Moment, PublishedAs, stateName } from '../parts.tsx';
import { safeLink } from '../safe-link.tsx';
import { eventWords, predicateWords, stageName } from '../triage-words.ts';
import { Explained } from './explain.tsx';
import { Decide } from './finding-decide.tsx';
import { Validated } from './validated.tsx';

const detailsShown = 1_500;
const referencesShown = 12;
const statementsShown = 20;

/** One finding with everything needed to decide about it, and the forms to do so. */
export function FindingPage(given: {
  readonly page: FindingReads;
  readonly person: Person | null;
  readonly field: Child;
  readonly refusal: string | null;
  readonly context: PageContext;
}) {
  const { page, person, refusal, context } = given;
  const { finding, stage, claim, publishedAs = null } = page.finding;
  return (
    <>
      <p class="kicker">
        <a href={paths.queue}>Queue</a> · {finding.channel}
      </p>
      <h1>
        {finding.advisoryId} in {finding.attr} {finding.version}
      </h1>
      <p class="lead">{page.advisory?.title || finding.explanation}</p>
      {refusal !== null && (
        <div class="notice" role="alert">
          <p>{refusal}</p>
        </div>
      )}
      <div class="summary">
        <Band band={finding.band} />
        {publishedAs !== null && <PublishedAs id={publishedAs} />}
        <span>
          {stageName(stage)}
          {finding.state !== 'open' &&
            stageName(stage) !== stateName(finding.state) &&
            ` (${stateName(finding.state)})`}
          {claim !== null && `, claimed by ${claim.by} until ${minute(claim.until)}`}
        </span>
        {finding.knownExploited && <span class="tag alarm">exploited</span>}
        {page.finding.acceptedRisk !== null && <span class="tag">risk accepted</span>}
        {page.finding.rejection !== null && <span class="tag">rejection proposed</span>}
        <a class="jump" href="#decide">
          Decide
        </a>
        <Due row={page.finding} now={context.now} />
      </div>
      <div class="desk">
        <div>
          <Advisory page={page} />
          <Evidence page={page} />
          <Ratings page={page} />
          <ValidatedHere page={page} />
          <Elsewhere page={page} />
          <Clocks page={page} context={context} />
          <Others page={page} context={context} />
          <History page={page} context={context} />
        </div>
        <aside id="decide" aria-label="Decide" tabindex={-1}>
          {page.finding.verdict !== null && <InForce page={page} />}
          {person === null ? (
            <p>
              <a href={paths.signIn(paths.finding(finding.id))}>Sign in</a> to decide.
            </p>
          ) : (
            <Decide page={page} person={person} field={given.field} context={context} />
          )}
        </aside>
      </div>
    </>
  );
}

function Advisory({ page }: { readonly page: FindingReads }) {
  const { advisory, finding } = page;
  const { advisoryId, attr } = finding.finding;
  return (
    <section aria-labelledby="advisory">
      <h2 id="advisory">What was published</h2>
      {advisory === null ? (
        <p>No feed carries {advisoryId} any more.</p>
      ) : (
        <>
          <p class="prose">{advisory.details.slice(0, detailsShown)}</p>
          {advisory.disputed && <p class="sub">Upstream or others dispute the record.</p>}
          <ul class="evidence">
            {advisory.references.slice(0, referencesShown).map((url) => (
              <li>{safeLink(url)}</li>
            ))}
          </ul>
        </>
      )}
      <p>
        <a href={paths.cve(advisoryId)}>Everything about {advisoryId}</a> · <a href={paths.package(attr)}>{attr}</a>
      </p>
    </section>
  );
}

function Evidence({ page }: { readonly page: FindingReads }) {
  const { finding } = page.finding;
  const own = page.explanation?.channels.filter(({ channel }) => channel === finding.channel) ?? [];
  return (
    <section aria-labelledby="evidence">
      <h2 id="evidence">{finding.state === 'fixed' ? 'Why it is fixed' : 'Why it matches'}</h2>
      <p>{finding.explanation}</p>
      {own.flatMap(({ channel, explanations }) =>
        explanations.map((explained) => <Explained channel={channel} explained={explained} />),
      )}
    </section>
  );
}

function Ratings({ page }: { readonly page: FindingReads }) {
  const scored = page.told.facts.flatMap((fact) => (fact.kind === 'scored' ? [fact] : []));
  const { finding } = page.finding;
  const ssvc = page.advisory?.exploitation.ssvc ?? null;
  return (
    <section aria-labelledby="ratings">
      <h2 id="ratings">Severity and risk</h2>
      {page.advisory?.severityDisputed === true && <p>The sources differ by a whole severity or more.</p>}
      <dl class="facts">
        {scored.map(({ rater, score, vector, source }) => (
          <>
            <dt>{rater.replaceAll('_', ' ')}</dt>
            <dd>
              {score.toFixed(1)}, by {source}
              {vector !== null && <span class="under">{vector}</span>}
            </dd>
          </>
        ))}
        <dt>Known exploited</dt>
        <dd>{finding.knownExploited ? 'yes, in the catalogue of CISA' : 'not in the catalogue of CISA'}</dd>
        <dt>SSVC</dt>
        <dd>{ssvc === null ? 'no analyst has decided' : `exploitation ${ssvc.exploitation ?? 'not stated'}`}</dd>
        <dt>EPSS</dt>
        <dd>
          {finding.epss === null
            ? 'not scored; it counts as 30 %'
            : `${(finding.epss * 100).toFixed(1)} % within 30 days`}
        </dd>
        <dt>Risk</dt>
        <dd>{finding.risk.toFixed(1)} of 100</dd>
      </dl>
    </section>
  );
}

/** A fix may make of validated cryptography what is only patched: who decides has to know. */
function ValidatedHere({ page: { validations, finding } }: { readonly page: FindingReads }) {
  if (validations.length === 0) return null;
  return (
    <section aria-labelledby="validated">
      <h2 id="validated">Validated cryptography</h2>
      <ul class="evidence">
        {validations.map((validation) => {
          const leaving = leavingSays(validation, finding.finding.fixedVersion);
          return (
            <li>
              <Validated validation={validation} />
              {leaving !== null && <span class="under">As a fix: {leaving}.</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** What distributions and vendors state about their own builds: evidence, never a verdict. */
function Elsewhere({ page }: { readonly page: FindingReads }) {
  const stated = (page.advisory?.records ?? []).flatMap(({ source, statements }) =>
    statements.map((statement) => ({ source, ...statement })),
  );
  return (
    <section aria-labelledby="elsewhere">
      <h2 id="elsewhere">What others state</h2>
      {stated.length === 0 ? (
        <p>No distribution or vendor states anything about it.</p>
      ) : (
        <ul class="evidence">
          {stated.slice(0, statementsShown).map(({ source, product, status, version, justification, text }) => (
            <li>
              {source}: {product} {version ?? ''} {status.replaceAll('_', ' ')}
              {justification !== null && `, ${justification.replaceAll('_', ' ')}`}
              {text !== null && `. ${text.slice(0, 300)}`}
            </li>
          ))}
          {stated.length > statementsShown && <li>and {stated.length - statementsShown} more</li>}
        </ul>
      )}
      <h3>Who says whether it matches</h3>
      <ul class="evidence">
        {page.told.attributions.map(({ source, recordId, outcome, since, until }) => (
          <li>
            {source} {recordId}: {outcome}, since <Day at={since} />
            {until !== null && (
              <>
                {' '}
                until <Day at={until} />
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Clocks({ page, context }: { readonly page: FindingReads; readonly context: PageContext }) {
  const { deadlines } = page.finding;
  const { timeline, steps } = page.told;
  return (
    <section aria-labelledby="clocks">
      <h2 id="clocks">Clocks</h2>
      <dl class="facts">
        <dt>Started</dt>
        <dd>{minute(timeline.start.at)}</dd>
        <dt>Initial response</dt>
        <dd>
          {timeline.response.stoppedAt !== null
            ? `given ${minute(timeline.response.stoppedAt)}`
            : deadlines.responseDueAt === null
              ? 'none promised'
              : `due ${minute(deadlines.responseDueAt)}`}
        </dd>
        <dt>Fix released</dt>
        <dd>
          {isUnsupported(page.finding)
            ? 'none promised: the line was not supported any more'
            : deadlines.state === 'not_computed'
              ? 'no deadline: the holidays of the policy are not known so far'
              : timeline.remediation.stoppedAt !== null
                ? `stopped ${minute(timeline.remediation.stoppedAt)}, was due ${minute(deadlines.remediationDueAt)}`
                : `due ${minute(deadlines.remediationDueAt)}`}
        </dd>
        {page.finding.nextUpdateAt !== null && (
          <>
            <dt>Next news</dt>
            <dd>
              promised by {minute(page.finding.nextUpdateAt)} (
              <Moment at={page.finding.nextUpdateAt} now={context.now} />)
            </dd>
          </>
        )}
      </dl>
      <details>
        <summary>Why each instant is what it is</summary>
        <ol class="journal">
          {steps.map(({ at, text }) => (
            <li>
              <time datetime={toIso(at)}>{minute(at)}</time> {text}
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}

function Others({ page, context }: { readonly page: FindingReads; readonly context: PageContext }) {
  const lists = [
    ['Also open in this version', page.siblings],
    ['The same vulnerability elsewhere', page.elsewhere],
  ] as const;
  return (
    <>
      {lists.map(
        ([title, rows]) =>
          rows.length > 0 && (
            <section>
              <h2>{title}</h2>
              <ol class="rows">
                {rows.slice(0, 50).map((row) => (
                  <li data-row>
                    <Band band={row.finding.band} />
                    <div>
                      <a class="name" href={paths.finding(row.finding.id)}>
                        {row.finding.advisoryId}
                      </a>{' '}
                      in {row.finding.attr} {row.finding.version}
                      <p class="sub">
                        {row.finding.channel} · {stateName(row.finding.state)} · {row.finding.explanation}
                      </p>
                    </div>
                    <Due row={row} now={context.now} />
                  </li>
                ))}
              </ol>
            </section>
          ),
      )}
    </>
  );
}

function History({ page, context }: { readonly page: FindingReads; readonly context: PageContext }) {
  return (
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      <ol class="journal">
        {page.history.map((event) => (
          <li>
            <Moment at={event.at} now={context.now} /> {event.actor}: {eventWords(event)}
          </li>
        ))}
      </ol>
    </section>
  );
}

function InForce({ page }: { readonly page: FindingReads }) {
  const { verdict, verdictBy } = page.finding;
  if (verdict === null) return null;
  const type = verdictTypes[verdict.reason];
  return (
    <div class="waits">
      <p>
        <strong>{type.label}.</strong> {verdict.statement}
      </p>
      <dl class="facts">
        <dt>Signed by</dt>
        <dd>{verdictBy.join(', ') || 'two people'}</dd>
        <dt>VEX</dt>
        <dd>
          {type.status.replaceAll('_', ' ')}
          {type.justification !== null && `, ${type.justification.replaceAll('_', ' ')}`}
        </dd>
        <dt>Holds for</dt>
        <dd>{predicateWords(verdict.predicate)}</dd>
        <dt>Evidence</dt>
        <dd>{safeLink(verdict.evidence)}</dd>
      </dl>
    </div>
  );
}
