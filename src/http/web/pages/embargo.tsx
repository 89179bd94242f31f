import type { Child } from 'hono/jsx';
import type { Person } from '../../../accounts/index.ts';
import type { Embargo } from '../../../pipeline/embargoes/index.ts';
import { paths } from '../../addresses.ts';
import type { EmbargoPage as Reads } from '../../embargo-port.ts';
import { embargoEventText, embargoEventWords } from '../../embargo-words.ts';
import { minute } from '../format-time.ts';
import { Band, Moment, Scroll } from '../parts.tsx';
import { safeLink } from '../safe-link.tsx';

interface Props {
  readonly page: Reads;
  /** Who acts; null: by a token that only reads. */
  readonly person: Person | null;
  readonly field: Child;
  readonly refusal: string | null;
  readonly now: number;
}

/** Everything that the circle knows of one embargo, and what each of them can do. */
export function EmbargoPage({ page, person, field, refusal, now }: Props) {
  const { embargo, band } = page;
  const { id, report, endsAt, ended, claimedBy } = embargo;
  return (
    <>
      <p class="kicker">
        <a href={paths.embargoes}>Under embargo</a>
      </p>
      <h1>
        {id}: {report.summary}
      </h1>
      <p class="lead">
        {ended === null ? (
          <>
            Only the circle below knows of this. Public on {minute(endsAt)}, <Moment at={endsAt} now={now} />, or as
            soon as somebody else publishes it.
          </>
        ) : (
          <>
            Public since {minute(ended.at)}: {ended.reason}.{' '}
            {ended.advisoryId !== null && <a href={paths.cve(ended.advisoryId)}>{ended.advisoryId}</a>}
          </>
        )}
      </p>
      {refusal !== null && (
        <div class="notice" role="alert">
          <p>Nothing was changed. {refusal}</p>
        </div>
      )}
      <div class="summary">
        <Band band={band} />
        <span>{claimedBy === null ? 'nobody works on it' : `${claimedBy} works on it`}</span>
      </div>
      <div class="desk">
        <div>
          <Report embargo={embargo} />
          <Cases page={page} now={now} />
          <History embargo={embargo} now={now} />
        </div>
        <aside aria-label="Act">
          <Circle embargo={embargo} now={now} />
          {person === null ? <p>Your token only reads.</p> : <Acts embargo={embargo} person={person} field={field} />}
        </aside>
      </div>
    </>
  );
}

function Report({ embargo: { report } }: { readonly embargo: Embargo }) {
  return (
    <section aria-labelledby="report">
      <h2 id="report">What was told</h2>
      <p class="prose">{report.details}</p>
      <dl class="facts">
        <dt>Told to</dt>
        <dd>{report.reported_to}</dd>
        <dt>Reserved ids</dt>
        <dd>{report.ids.join(', ') || 'none'}</dd>
        <dt>Severity</dt>
        <dd>{report.severity ?? 'not rated; counts as high'}</dd>
        {report.affected.map(({ attr, ranges }) => (
          <>
            <dt>{attr}</dt>
            <dd>{ranges.map(rangeWords).join('; ')}</dd>
          </>
        ))}
      </dl>
      {report.references.length > 0 && (
        <ul class="evidence">
          {report.references.map((url) => (
            <li>{safeLink(url)}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function rangeWords({
  introduced,
  fixed,
  last_affected: last,
}: Embargo['report']['affected'][number]['ranges'][number]) {
  const from = introduced === '0' ? '' : `from ${introduced} `;
  return `${from}${fixed === undefined ? `up to and with ${last}` : `before ${fixed}`}`;
}

function Cases({ page, now }: { readonly page: Reads; readonly now: number }) {
  const { cases } = page.embargo;
  const clocks = page.clocks.flatMap(({ of, clocks: own }) => own.map((clock) => ({ of, clock })));
  return (
    <section aria-labelledby="cases">
      <h2 id="cases">What we carry</h2>
      {cases.length === 0 && <p>No channel carries an affected version.</p>}
      <ul class="plain">
        {cases.map(({ channel, attr, version, since, isAffected }) => (
          <li>
            <strong>{attr}</strong> {version ?? ''} in {channel}: {isAffected ? 'affected' : 'not affected any more'},
            seen <Moment at={since} now={now} />
          </li>
        ))}
      </ul>
      {clocks.length > 0 && (
        <>
          <p>What is promised begins with the publication. Until then these run:</p>
          <Scroll label="Clocks">
            <table>
              <thead>
                <tr>
                  <th scope="col">Clock</th>
                  <th scope="col">Package</th>
                  <th scope="col">Due</th>
                </tr>
              </thead>
              <tbody>
                {clocks.map(({ of, clock }) => (
                  <tr>
                    <td>{clock.name}</td>
                    <td>
                      {of.attr} in {of.channel}
                    </td>
                    <td>
                      {clock.dueAt === null ? 'not computed' : minute(clock.dueAt)} ({clock.state.replaceAll('_', ' ')})
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </>
      )}
    </section>
  );
}

function History({ embargo: { history }, now }: { readonly embargo: Embargo; readonly now: number }) {
  return (
    <section aria-labelledby="history">
      <h2 id="history">What happened</h2>
      <ol class="plain">
        {history.toReversed().map((event) => (
          <li>
            <Moment at={event.at} now={now} /> {event.actor}: {embargoEventWords(event)}
            {embargoEventText(event) !== null && (
              <Scroll label={`What ${event.actor} added`}>
                <pre>{embargoEventText(event)}</pre>
              </Scroll>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Circle({ embargo: { circle }, now }: { readonly embargo: Embargo; readonly now: number }) {
  return (
    <section aria-labelledby="circle">
      <h2 id="circle">Who knows</h2>
      <ul class="plain">
        {circle.map(({ person, letInAt, letInBy }) => (
          <li>
            {person}{' '}
            <span class="soft">
              let in by {letInBy} <Moment at={letInAt} now={now} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Acts({
  embargo,
  person,
  field,
}: {
  readonly embargo: Embargo;
  readonly person: Person;
  readonly field: Child;
}) {
  const isOpen = embargo.ended === null;
  const isLead = person.roles.includes('security_lead');
  const works = isOpen && (isLead || person.roles.includes('analyst'));
  const form = { id: embargo.id, field };
  return (
    <>
      {works && embargo.claimedBy === null && <Act {...form} act="claim" button="Work on it" />}
      {works && embargo.claimedBy === person.name && <Act {...form} act="release" button="Give it back" />}
      <Act {...form} act="note" title="Note something" button="Add">
        <label>
          Text
          <textarea name="text" rows={4} required></textarea>
        </label>
      </Act>
      {works && (
        <>
          <Act {...form} act="determine" title="Decide" button="Record it">
            <label>
              Package
              <select name="attr">
                <option value="">all of them</option>
                {embargo.report.affected.map(({ attr }) => (
                  <option value={attr}>{attr}</option>
                ))}
              </select>
            </label>
            <label>
              It is
              <select name="as">
                <option value="affected">affected</option>
                <option value="not_affected">not affected</option>
              </select>
            </label>
            <label>
              Why, and what can be done meanwhile
              <textarea name="statement" rows={3} required minlength={10}></textarea>
            </label>
          </Act>
          <Act {...form} act="fix" title="Prepare a fix" button="Keep it for the end">
            <label>
              Channel
              <input name="channel" required maxlength={100} value={embargo.cases[0]?.channel ?? ''} />
            </label>
            <label>
              The patch, as git diff writes it
              <textarea name="patch" rows={4} required spellcheck={false}></textarea>
            </label>
          </Act>
          <Act {...form} act="aware" title="We know of attacks" button="Record it">
            <label>
              Since (UTC)
              <input type="datetime-local" name="since" />
            </label>
            <label>
              How we know
              <textarea name="evidence" rows={2} required minlength={10}></textarea>
            </label>
          </Act>
        </>
      )}
      {isOpen && isLead && (
        <>
          <Act {...form} act="let-in" title="Let somebody in" button="Let in">
            <label>
              Name
              <input name="person" required maxlength={100} />
            </label>
          </Act>
          <Act {...form} act="move" title="Move the publication" button="Move">
            <label>
              To (UTC)
              <input type="datetime-local" name="to" required />
            </label>
            <label>
              Why
              <input name="reason" required minlength={10} />
            </label>
          </Act>
          <Act {...form} act="lift" title="Make it public now" button="Lift the embargo">
            <label>
              Why; this will be public
              <input name="reason" required minlength={10} />
            </label>
          </Act>
        </>
      )}
    </>
  );
}

function Act({
  id,
  field,
  act,
  title,
  button,
  children,
}: {
  readonly id: string;
  readonly field: Child;
  readonly act: string;
  readonly title?: string;
  readonly button: string;
  readonly children?: Child;
}) {
  const form = (
    <form method="post" action={paths.embargo(id)}>
      {field}
      <input type="hidden" name="act" value={act} />
      {children}
      <button type="submit">{button}</button>
    </form>
  );
  return title === undefined ? (
    form
  ) : (
    <details>
      <summary>{title}</summary>
      {form}
    </details>
  );
}
