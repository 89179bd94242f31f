import type { Advisory } from '../../../pipeline/advisories/index.ts';
import { paths, withQuery } from '../../addresses.ts';
import type { CveReads } from '../../ports.ts';
import { type AnswerLine, answerOf } from '../answer.ts';
import type { PageContext } from '../context.ts';
import { Band, CopyLine, Day, Empty, Moment, PublishedAs, Scroll } from '../parts.tsx';
import { ssvcWords } from '../record-words.ts';
import { safeLink } from '../safe-link.tsx';
import { Records } from './records.tsx';

const names = {
  affected: 'Affected',
  fixed: 'Fixed',
  not_affected: 'Not affected',
  under_investigation: 'Under investigation',
  unknown: 'No answer yet',
};

/** One vulnerability: the answer first, then per package why, then who says what. */
export function CvePage({
  id,
  reads,
  context,
}: {
  readonly id: string;
  readonly reads: CveReads;
  readonly context: PageContext;
}) {
  const answer = answerOf(id, reads);
  const { advisory } = reads;
  return (
    <>
      <p class="kicker">
        <a href="/advisories">Advisories</a>
      </p>
      <h1>{advisory?.id ?? id}</h1>
      {advisory !== null && advisory.title !== '' && <p class="lead">{advisory.title}</p>}
      <section class={`answer ${answer.kind}`} aria-label="The answer">
        <strong>{answer.headline}</strong>
        <p>{answer.advice}</p>
      </section>
      {answer.kind === 'fixed' && <CopyLine text="nix flake update" label="the command" />}
      {reads.feedsSyncedAt !== null && (
        <p class="small soft">
          As the feeds stood <Moment at={reads.feedsSyncedAt} now={context.now} />.
        </p>
      )}
      {answer.lines.length > 0 && (
        <section aria-labelledby="where">
          <h2 id="where">Package by package</h2>
          <Lines id={advisory?.id ?? id} lines={answer.lines} />
        </section>
      )}
      {advisory === null ? <Unknown id={id} /> : <About advisory={advisory} />}
    </>
  );
}

function Lines({ id, lines }: { readonly id: string; readonly lines: readonly AnswerLine[] }) {
  return (
    <ol class="rows plain">
      {lines.map((line) => (
        <li data-row>
          <div>
            <a class="name" href={paths.package(line.attr)}>
              {line.attr}
            </a>{' '}
            {line.version} <span class="soft">in {line.channel}</span>
            {line.publishedAs !== null && <PublishedAs id={line.publishedAs} />}
            <p class="sub">{line.advice}</p>
            <Evidence id={id} line={line} />
          </div>
          <div class="end">
            <span class={`verdict ${line.kind}`}>{names[line.kind]}</span>{' '}
            {line.finding !== null && line.finding.releasedAt !== null && (
              <span class="soft">
                released <Day at={line.finding.releasedAt} />
              </span>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}

function Evidence({ id, line }: { readonly id: string; readonly line: AnswerLine }) {
  const { match } = line;
  return (
    <details>
      <summary class="small">Why</summary>
      <ul class="evidence">
        <li>{line.because}</li>
        {match?.identity.map((entry) => (
          <li>Same software: {entry.because}</li>
        ))}
        {match?.ranges.map((entry) => (
          <li>
            {entry.source} {entry.recordId}: {entry.because}
          </li>
        ))}
        {match !== null && match.patch.state !== 'none' && (
          <li>
            Patch {match.patch.state}: {match.patch.patches.join(', ')}
          </li>
        )}
        {match !== null && <li>Systems: {match.systems.join(', ')}</li>}
        <li>
          <a href={paths.explain(id, line.attr)}>The whole reasoning, and what would change it</a>
        </li>
      </ul>
    </details>
  );
}

function About({ advisory }: { readonly advisory: Advisory }) {
  const { exploitation } = advisory;
  const decision = exploitation.ssvc === null ? null : ssvcWords(exploitation.ssvc);
  return (
    <>
      <section aria-labelledby="what">
        <h2 id="what">What it is</h2>
        <dl class="facts">
          <dt>Severity</dt>
          <dd>
            <Band band={advisory.band} /> {advisory.score?.toFixed(1)}{' '}
            {advisory.severitySource !== null && <span class="soft">by {advisory.severitySource}</span>}
            {advisory.severityDisputed && <span class="tag">sources differ by a band or more</span>}
          </dd>
          <dt>Exploited</dt>
          <dd>
            {exploitation.knownExploitedSince === null ? (
              'not known'
            ) : (
              <>
                known since <Day at={exploitation.knownExploitedSince} />
                {exploitation.ransomware && ', also for ransom'}
                {exploitation.dueDate !== null && `; CISA asks for the fix by ${exploitation.dueDate}`}
              </>
            )}
            {exploitation.epss !== null && `; ${(exploitation.epss * 100).toFixed(1)} % likely within 30 days (EPSS)`}
          </dd>
          {decision !== null && (
            <>
              <dt>Decision points</dt>
              <dd>
                {decision} <span class="soft">by CISA (SSVC)</span>
              </dd>
            </>
          )}
          {advisory.publishedAt !== null && (
            <>
              <dt>Published</dt>
              <dd>
                <Day at={advisory.publishedAt} />
              </dd>
            </>
          )}
          {advisory.aliases.length > 0 && (
            <>
              <dt>Also known as</dt>
              <dd>{advisory.aliases.slice(0, 20).join(', ')}</dd>
            </>
          )}
          {advisory.state === 'withdrawn' && (
            <>
              <dt>Withdrawn</dt>
              <dd>None of its records stands any more: rejected, or taken back.</dd>
            </>
          )}
          {advisory.disputed && (
            <>
              <dt>Disputed</dt>
              <dd>The maker of the software does not agree that this is a vulnerability.</dd>
            </>
          )}
        </dl>
        <p class="prose">{advisory.details.slice(0, 8000)}</p>
      </section>
      <section aria-labelledby="says">
        <h2 id="says">Who says what</h2>
        <Scroll label="Records by source">
          <Records records={advisory.records} />
        </Scroll>
      </section>
      {advisory.references.length > 0 && (
        <section aria-labelledby="references">
          <h2 id="references">References</h2>
          <ul class="small">
            {advisory.references.slice(0, 40).map((url) => (
              <li>{safeLink(url)}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Unknown({ id }: { readonly id: string }) {
  return (
    <Empty>
      <p>What you can do:</p>
      <ul>
        <li>
          <a href={withQuery('/advisories', { q: id })}>search the advisories</a> for a part of the id or a word
        </li>
        <li>
          see how fresh the <a href="/feeds">feeds</a> are
        </li>
        <li>
          {/^CVE-\d{4}-\d{4,}$/i.test(id) ? (
            <>read it at its origin: {safeLink(`https://www.cve.org/CVERecord?id=${id.toUpperCase()}`)}</>
          ) : (
            'check the spelling'
          )}
        </li>
      </ul>
    </Empty>
  );
}
