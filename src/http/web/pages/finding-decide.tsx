import { verdictReasons, verdictTypes } from '../../../pipeline/findings/index.ts';
import type { FindingPage } from '../../triage-port.ts';
import { minute } from '../format-time.ts';
import { Moment } from '../parts.tsx';
import { safeLink } from '../safe-link.tsx';
import { awaitedWords, predicateWords } from '../triage-words.ts';
import { type Deciding, Field, Fold, One, VerdictFields } from './decision-forms.tsx';

const day = 86_400_000;

/** What is answered where an update came first, unless somebody writes another thing. */
export const nothingNeeded = 'None needed: the update that fixes it is in.';

const approvals = {
  verdict: 'approve',
  fix: 'approve-fix',
  lowering: 'approve-lower',
  risk: 'approve-risk',
  recheck: 'recheck',
  rejection: 'confirm-rejection',
} as const;

/** The forms for where a finding stands; each is one decision. */
export function Decide(given: Deciding) {
  const { page, person } = given;
  const { stage, claim, finding, verdict } = page.finding;
  const mine = page.awaited.filter(({ by }) => by === person.name);
  const open = stage === 'matched' || stage === 'triaging';
  const working = finding.state === 'open' || finding.state === 'under_investigation';
  return (
    <div class="decide">
      <Awaiting {...given} />
      {working && (
        <p class="acts">
          {claim?.by === person.name ? (
            <One {...given} act="release" says="Give it back" keyed="c" />
          ) : (
            claim === null && <One {...given} act="claim" says="Claim it" keyed="c" />
          )}
          {mine.some(({ kind }) => kind === 'verdict') && (
            <One {...given} act="withdraw" says="Take my proposal back" keyed="u" fields={{ reason: 'taken back' }} />
          )}
        </p>
      )}
      {open && <Verdicts {...given} />}
      {open && <Affected {...given} />}
      {owesAnswer(page) && (
        <section aria-labelledby="owed">
          <h3 id="owed">Fixed, but nobody has answered</h3>
          <Fold {...given} act="answer" title="Answer: I looked at it" keyed="a" says="Answer">
            <Field name="mitigation" label="Mitigation until then" value={nothingNeeded} required />
            <Field name="evidence" label="Link to evidence" type="url" />
          </Fold>
        </section>
      )}
      {page.finding.reviewOwedSince !== null && (
        <section aria-labelledby="post-mortem">
          <h3 id="post-mortem">A promise was broken</h3>
          <Fold {...given} act="post-mortem" title="Write what went wrong" keyed="w">
            <Field name="cause" label="Why the time was not kept" required />
            <Field name="prevention" label="What changes so that it is kept the next time" required />
            <Field name="evidence" label="Link to more" type="url" />
          </Fold>
        </section>
      )}
      {(stage === 'affected' || stage === 'awaiting_upstream') && <AfterAffected {...given} />}
      {stage === 'fixing' && (
        <Fold {...given} act="propose-fix" title="Propose a fix" keyed="p">
          <Field name="tree" label="Git tree of the fix" required pattern="[0-9a-f]{40,64}" />
          <Field name="link" label="Where it can be read" type="url" />
        </Fold>
      )}
      {stage === 'in_review' && (
        <>
          <Fold {...given} act="reject-fix" title="Reject the fix" keyed="r">
            <Field name="reason" label="Why" required />
          </Fold>
          <Fold {...given} act="revise-fix" title="Take the fix back to work on it">
            <Field name="reason" label="Why" required />
          </Fold>
        </>
      )}
      {stage === 'released' && (
        <Fold {...given} act="verify" title="Verified in the built output" keyed="v">
          <Field name="evidence" label="Link to the test" type="url" required />
        </Fold>
      )}
      {stage === 'verified' && <One {...given} act="close" says="Close it" keyed="x" />}
      {verdict !== null ? (
        <Fold {...given} act="withdraw" title="Take the verdict back" keyed="u">
          <Field name="reason" label="Why" required />
        </Fold>
      ) : (
        !working && (
          <Fold {...given} act="reopen" title="Open it again" keyed="u">
            <Field name="reason" label="Why" required />
          </Fold>
        )
      )}
      {working && <Severity {...given} />}
      {working && <Risk {...given} />}
    </div>
  );
}

function owesAnswer({ finding: { finding, deadlines }, told }: FindingPage): boolean {
  const { response } = told.timeline;
  return (
    finding.state === 'fixed' && deadlines.state !== 'void' && response.dueAt !== null && response.stoppedAt === null
  );
}

function Awaiting(given: Deciding) {
  const { page, person, context } = given;
  return (
    <>
      {page.awaited.map((waiting) => (
        <div class="waits">
          <p>
            {awaitedWords(waiting)}
            <span class="under">
              {waiting.by}, <Moment at={waiting.at} now={context.now} />
            </span>
          </p>
          {waiting.kind === 'verdict' && (
            <dl class="facts">
              {verdictTypes[waiting.verdict.reason].details.map(({ name, label }) => (
                <>
                  <dt>{label}</dt>
                  <dd>{waiting.verdict.details[name]}</dd>
                </>
              ))}
              <dt>Evidence</dt>
              <dd>{safeLink(waiting.verdict.evidence)}</dd>
              <dt>Holds for</dt>
              <dd>{predicateWords(waiting.verdict.predicate)}</dd>
            </dl>
          )}
          {waiting.by === person.name ? (
            <p class="soft">A second person signs it.</p>
          ) : (
            <One
              {...given}
              act={approvals[waiting.kind]}
              says={waiting.kind === 'rejection' || waiting.kind === 'recheck' ? 'Confirm it' : 'Approve exactly this'}
              keyed="y"
              fields={
                'content' in waiting
                  ? { content: waiting.content }
                  : waiting.kind === 'fix'
                    ? { tree: waiting.tree }
                    : {}
              }
            />
          )}
        </div>
      ))}
    </>
  );
}

function Verdicts(given: Deciding) {
  return (
    <section aria-labelledby="not-affected">
      <h3 id="not-affected">Not affected, because</h3>
      {verdictReasons.map((reason, index) => (
        <Fold
          {...given}
          act="not-affected"
          title={verdictTypes[reason].label}
          keyed={String((index + 1) % 10)}
          group="verdict"
          fields={{ reason }}
          says="Propose it"
        >
          <VerdictFields reason={reason} page={given.page} />
        </Fold>
      ))}
    </section>
  );
}

function Affected(given: Deciding) {
  return (
    <section aria-labelledby="affected">
      <h3 id="affected">Affected</h3>
      <Fold {...given} act="affected" title="It is affected: answer in full" keyed="a" says="State it">
        <AnswerFields context={given.context} page={given.page} />
      </Fold>
      <UpstreamFix {...given} />
    </section>
  );
}

function AnswerFields({ context, page }: Pick<Deciding, 'context' | 'page'>) {
  return (
    <>
      <label>
        Mitigation, or that none is known
        <textarea name="mitigation" rows={3} required>
          none known
        </textarea>
      </label>
      <Field
        name="nextUpdateAt"
        label="Next news by (UTC)"
        type="datetime-local"
        value={local(context.now + day)}
        required
      />
      <Field
        name="targetAt"
        label="Fixed by (UTC)"
        type="datetime-local"
        value={local(Math.max(context.now + day, page.finding.deadlines.remediationDueAt))}
      />
      <Field name="evidence" label="Link to evidence" type="url" />
    </>
  );
}

function UpstreamFix(given: Deciding) {
  return (
    <Fold {...given} act="upstream-fix" title="Upstream has a fix" keyed="f">
      <Field name="link" label="Link to the fix" type="url" required />
    </Fold>
  );
}

function AfterAffected(given: Deciding) {
  return (
    <>
      <Fold {...given} act="start-fix" title="Start a fix" keyed="s">
        <label>
          How
          <select name="how">
            {['update', 'patch', 'backport', 'config', 'removal'].map((how) => (
              <option value={how}>{how}</option>
            ))}
          </select>
        </label>
      </Fold>
      {given.page.finding.stage === 'affected' && (
        <Fold {...given} act="report-upstream" title="Reported to upstream" keyed="r">
          <Field name="link" label="Link to the report" type="url" required />
          <Field
            name="nextUpdateAt"
            label="Next news by (UTC)"
            type="datetime-local"
            value={local(given.context.now + 7 * day)}
            required
          />
        </Fold>
      )}
      <UpstreamFix {...given} />
      <Fold {...given} act="withdraw" title="It is not affected after all" keyed="u">
        <Field name="reason" label="Why" required />
      </Fold>
    </>
  );
}

function Severity(given: Deciding) {
  return (
    <section aria-labelledby="severity">
      <h3 id="severity">Severity</h3>
      <Fold {...given} act="raise" title="Raise it" keyed="+">
        <Field name="score" label="CVSS score, 0 to 10" required pattern="\d{1,2}(\.\d)?" />
        <Field name="evidence" label="Link to evidence" type="url" />
      </Fold>
      <Fold {...given} act="lower" title="Ask to lower it" keyed="-">
        <label>
          To
          <select name="to">
            {['high', 'medium', 'low'].map((to) => (
              <option value={to}>{to}</option>
            ))}
          </select>
        </label>
        <Field name="reason" label="Why" required />
      </Fold>
    </section>
  );
}

function Risk(given: Deciding) {
  const { acceptedRisk } = given.page.finding;
  return (
    <section aria-labelledby="risk">
      <h3 id="risk">Risk</h3>
      {acceptedRisk !== null && (
        <p>
          Accepted until {minute(acceptedRisk.until)}, {acceptedRisk.owner} answers for it: {acceptedRisk.reason}
          <span class="under">
            {acceptedRisk.control}. Approved by {acceptedRisk.approvedBy.join(' and ')}
          </span>
        </p>
      )}
      <Fold {...given} act="accept-risk" title={acceptedRisk === null ? 'Ask to accept it' : 'Ask to accept it longer'}>
        <Field name="owner" label="Who answers for it" required />
        <Field name="reason" label="Why it cannot be fixed now" required />
        <Field name="control" label="What is done against it meanwhile" required />
        <Field name="until" label="Until" type="date" required />
        <Field name="customer" label="Link to the customer's signature: only with one do the clocks stop" type="url" />
      </Fold>
      {acceptedRisk !== null && (
        <Fold {...given} act="end-risk" title="Accept it no longer">
          <Field name="reason" label="Why" required />
        </Fold>
      )}
    </section>
  );
}

/** What a field of local time shows; the labels say that it is UTC. */
function local(at: number): string {
  return new Date(at).toISOString().slice(0, 16);
}
