import type { Child } from 'hono/jsx';
import {
  type TriagedFinding,
  type TriageOutcome,
  verdictReasons,
  verdictTypes,
} from '../../../pipeline/findings/index.ts';
import { paths } from '../../addresses.ts';
import type { Form } from '../act-form.ts';
import type { PageContext } from '../context.ts';
import { counted } from '../format-time.ts';
import { Band, Due } from '../parts.tsx';
import { outcomeWords, stageName } from '../triage-words.ts';
import { VerdictFields } from './decision-forms.tsx';

interface Chosen {
  readonly findings: readonly TriagedFinding[];
  readonly field: Child;
  readonly context: PageContext;
}

/** What several findings could be decided as, all alike. */
export function BulkPage(given: Chosen & { readonly problem: string | null }) {
  const { findings, problem, context } = given;
  return (
    <>
      <p class="kicker">
        <a href={paths.queue}>Queue</a>
      </p>
      <h1>{counted(findings.length, 'finding')} at once</h1>
      <p class="lead">
        Choose what is true of all of them. A preview comes first; nothing is changed before you apply it.
      </p>
      {problem !== null && (
        <div class="notice" role="alert">
          <p>{problem}</p>
        </div>
      )}
      <div class="desk">
        <ol class="rows">
          {findings.map((row) => (
            <li data-row>
              <Band band={row.finding.band} />
              <div>
                <a class="name" href={paths.finding(row.finding.id)}>
                  {row.finding.advisoryId}
                </a>{' '}
                in {row.finding.attr} {row.finding.version}
                <p class="sub">
                  {row.finding.channel} · {stageName(row.stage)}
                </p>
              </div>
              <Due row={row} now={context.now} />
            </li>
          ))}
        </ol>
        <aside aria-label="Decide">
          <div class="decide">
            <p class="acts">
              <BulkForm {...given} act="claim">
                <button type="submit">Claim them…</button>
              </BulkForm>
              <BulkForm {...given} act="release">
                <button type="submit">Give them back…</button>
              </BulkForm>
            </p>
            <h3>Not affected, because</h3>
            {verdictReasons.map((reason) => (
              <details class="fold" name="verdict">
                <summary>{verdictTypes[reason].label}</summary>
                <BulkForm {...given} act="not-affected">
                  <input type="hidden" name="reason" value={reason} />
                  <VerdictFields reason={reason} page={null} />
                  <button type="submit">Preview…</button>
                </BulkForm>
              </details>
            ))}
          </div>
        </aside>
      </div>
    </>
  );
}

/** What would come of it, finding by finding. */
export function BulkPreviewPage({
  findings,
  field,
  form,
  results,
}: Chosen & {
  readonly form: Form;
  readonly results: readonly { readonly findingId: string; readonly outcome: TriageOutcome }[];
}) {
  const byId = new Map(findings.map((one) => [one.finding.id, one]));
  const done = results.filter(({ outcome }) => outcome.kind === 'done');
  const waiting = done.filter(({ outcome }) => outcome.kind === 'done' && outcome.awaits !== null).length;
  return (
    <>
      <p class="kicker">
        <a href={paths.queue}>Queue</a>
      </p>
      <h1>Preview</h1>
      <p class="lead">
        {counted(done.length - waiting, 'finding')} would change at once, {counted(waiting, 'finding')} would wait for a
        second person, {counted(results.length - done.length, 'finding')} would stay as they are.
      </p>
      <ol class="rows">
        {results.map(({ findingId, outcome }) => {
          const row = byId.get(findingId);
          return row === undefined ? null : (
            <li>
              <Band band={row.finding.band} />
              <div>
                <span class="name">{row.finding.advisoryId}</span> in {row.finding.attr} {row.finding.version}
                <p class="sub">{outcomeWords(outcome)}</p>
              </div>
            </li>
          );
        })}
      </ol>
      <form method="post" action={paths.bulk} class="bulk">
        {field}
        <Repeated form={form} />
        <Ids findings={findings} />
        <input type="hidden" name="step" value="apply" />
        <button type="submit" disabled={done.length === 0} data-key="y" data-says="apply it">
          Apply it
        </button>{' '}
        <a href={paths.queue}>Leave everything as it is</a>
      </form>
    </>
  );
}

function BulkForm({ findings, field, act, children }: Chosen & { readonly act: string; readonly children?: Child }) {
  return (
    <form method="post" action={paths.bulk}>
      {field}
      <input type="hidden" name="act" value={act} />
      <Ids findings={findings} />
      {children}
    </form>
  );
}

function Ids({ findings }: Pick<Chosen, 'findings'>) {
  return (
    <>
      {findings.map(({ finding }) => (
        <input type="hidden" name="id" value={finding.id} />
      ))}
    </>
  );
}

/** What was filled in before the preview. */
function Repeated({ form }: { readonly form: Form }) {
  const own = new Set(['id', 'item', 'step', 'form_key']);
  return (
    <>
      {Object.entries(form).map(([name, value]) =>
        own.has(name) || typeof value !== 'string' ? null : <input type="hidden" name={name} value={value} />,
      )}
    </>
  );
}
