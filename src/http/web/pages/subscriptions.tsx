import type { Child } from 'hono/jsx';
import type { Person } from '../../../accounts/index.ts';
import { type AlertTarget, messageKinds, type StoredSubscription } from '../../../pipeline/alerts/index.ts';
import { paths } from '../../addresses.ts';
import type { PageContext } from '../context.ts';
import { Empty, Moment } from '../parts.tsx';

interface Props {
  readonly subscriptions: readonly { readonly subscription: StoredSubscription; readonly mayStop: boolean }[];
  readonly targets: readonly AlertTarget[];
  readonly isOpen: boolean;
  readonly person: Person | null;
  readonly field: Child;
  readonly refusal: string | null;
  readonly said: string | null;
  readonly context: PageContext;
}

/** Who hears what; and a form to hear something oneself. */
export function SubscriptionsPage({ subscriptions, targets, isOpen, person, field, refusal, said, context }: Props) {
  return (
    <>
      <h1>Subscriptions</h1>
      <p class="lead">
        Who is told what. Whether it arrived: <a href="/deliveries">deliveries</a>. Without an account:{' '}
        <a href="/feeds">feeds</a>.
      </p>
      {refusal !== null && (
        <div class="notice" role="alert">
          <p>{refusal}</p>
        </div>
      )}
      {said !== null && (
        <div class="notice" role="status">
          <p>{said}</p>
        </div>
      )}
      {!isOpen ? (
        <Empty>
          <p>
            Subscriptions are shown to people of the organisation only.{' '}
            <a href={paths.signIn('/subscriptions')}>Sign in</a> to see and make them.
          </p>
        </Empty>
      ) : subscriptions.length === 0 ? (
        <Empty>
          <p>Nobody is told anything yet.</p>
        </Empty>
      ) : (
        <ol class="rows plain">
          {subscriptions.map(
            ({ subscription: { id, subscription: own, createdAt, createdBy, confirmBy }, mayStop }) => (
              <li data-row>
                <div>
                  <span class="name">{own.subscriber}</span> at {own.targets.join(', else ')}
                  <p class="sub">{wordsOf(own)}</p>
                  {confirmBy !== null && (
                    <p class="sub">
                      Not confirmed: {own.address} is told nothing until somebody there opens the mail it got and says
                      yes. Ends by itself <Moment at={confirmBy} now={context.now} />.
                    </p>
                  )}
                  {mayStop && (
                    <form method="post" action="/subscriptions">
                      {field}
                      <input type="hidden" name="id" value={id} />
                      {confirmBy !== null && (
                        <button type="submit" name="act" value="ask-again" class="quiet">
                          Send again
                        </button>
                      )}
                      <button type="submit" name="act" value="stop" class="quiet">
                        {confirmBy === null ? 'Stop' : 'Remove'}
                      </button>
                    </form>
                  )}
                </div>
                <div class="end">
                  <span class="soft">
                    by {createdBy} <Moment at={createdAt} now={context.now} />
                  </span>
                </div>
              </li>
            ),
          )}
        </ol>
      )}
      {person !== null && <Form targets={targets} person={person} field={field} />}
    </>
  );
}

function Form({
  targets,
  person,
  field,
}: {
  readonly targets: readonly AlertTarget[];
  readonly person: Person;
  readonly field: Child;
}) {
  if (targets.length === 0)
    return (
      <Empty>
        <p>
          There is nowhere to send to yet. Add a <code>[[target]]</code> to <code>snowguard.toml</code>.
        </p>
      </Empty>
    );
  const names = (name: string, label: string, hint: string) => (
    <label>
      {label}
      <input type="text" name={name} placeholder={hint} maxlength={2000} />
    </label>
  );
  return (
    <section aria-labelledby="new">
      <h2 id="new">Tell {person.name}</h2>
      <form method="post" action="/subscriptions">
        {field}
        <div class="ask">
          <label>
            Where to
            <select name="target" required>
              {targets.map(({ name, title }) => (
                <option value={name}>
                  {name} ({title})
                </option>
              ))}
            </select>
          </label>
          <label>
            When that fails
            <select name="target">
              <option value="">nowhere</option>
              {targets.map(({ name }) => (
                <option value={name}>{name}</option>
              ))}
            </select>
          </label>
          <label>
            Mail address, for mail
            <input type="email" name="address" maxlength={254} />
          </label>
        </div>
        <p class="sub">A mail address is asked first, by one mail with a link, and told nothing until it agrees.</p>
        <fieldset class="checks">
          <legend>Events; none ticked: all of them</legend>
          {Object.entries(messageKinds).map(([kind, what]) => (
            <label>
              <input type="checkbox" name="kind" value={kind} /> {kind}: {what}
            </label>
          ))}
        </fieldset>
        <div class="ask">
          {names('packages', 'Packages', 'openssl curl')}
          {names('advisories', 'Vulnerabilities', 'CVE-2024-3094')}
          {names('channels', 'Channels', 'rolling')}
          {names('consumers', 'Consumers', 'billing')}
          <label class="narrow">
            At least
            <select name="severity">
              <option value="">any severity</option>
              {['critical', 'high', 'medium', 'low'].map((band) => (
                <option value={band}>{band}</option>
              ))}
            </select>
          </label>
        </div>
        <div class="ask">
          <label class="narrow">
            Digest
            <select name="digest">
              <option value="none">each at once</option>
              <option value="day">once a day</option>
              <option value="week">on Mondays</option>
            </select>
          </label>
          <label class="narrow">
            at
            <input type="time" name="digest_at" value="08:00" />
          </label>
          <label class="narrow">
            Quiet from
            <input type="time" name="quiet_from" />
          </label>
          <label class="narrow">
            to
            <input type="time" name="quiet_to" />
          </label>
          <label class="narrow">
            Time zone
            <input type="text" name="zone" value="UTC" maxlength={64} />
          </label>
          <label class="tick">
            <input type="checkbox" name="mute_urgent" value="yes" /> urgent ones wait too
          </label>
        </div>
        <p class="sub">
          Urgent is what is critical, used in attacks, or due within 48 hours: it does not wait, unless you say so.
        </p>
        <button type="submit">Tell me</button>
      </form>
    </section>
  );
}

/** Behind the link of the mail that asks an address; null: the link is good for nothing any more. */
export function ConfirmPage({
  subscription: stored,
  field,
}: {
  readonly subscription: StoredSubscription | null;
  readonly field: Child;
}) {
  if (stored === null)
    return (
      <>
        <h1>This link does nothing any more</h1>
        <p class="lead">It was used, or is older than 72 hours, or the subscription was removed.</p>
        <p>
          If you still want the messages, have the mail sent again on the page{' '}
          <a href="/subscriptions">Subscriptions</a>.
        </p>
      </>
    );
  const { subscription, createdBy, confirmBy, stopToken } = stored;
  if (confirmBy === null)
    return (
      <>
        <h1>Confirmed</h1>
        <p class="lead">{subscription.address} is told from now on.</p>
        <p>
          Every message holds a link that stops them; so does <a href={`/unsubscribe/${stopToken}`}>this one</a>.
        </p>
      </>
    );
  return (
    <>
      <h1>Do you want these messages?</h1>
      <p class="lead">
        {createdBy} wants {subscription.address} to be told {wordsOf(subscription)}.
      </p>
      <form method="post">
        {field}
        <button type="submit">Yes, send them</button>
      </form>
      <p>If not, close this page: nothing more is sent.</p>
    </>
  );
}

/** Behind the link of every message. */
export function StopPage({
  subscription: { subscription, stoppedAt },
  field,
}: {
  readonly subscription: StoredSubscription;
  readonly field: Child;
}) {
  if (stoppedAt !== null)
    return (
      <>
        <h1>Stopped</h1>
        <p class="lead">{subscription.subscriber} gets no more of these messages. What still waited is not sent.</p>
        <p>
          Begin again on the page <a href="/subscriptions">Subscriptions</a>.
        </p>
      </>
    );
  return (
    <>
      <h1>Stop these messages?</h1>
      <p class="lead">
        {subscription.subscriber} hears {wordsOf(subscription)}.
      </p>
      <form method="post">
        {field}
        <button type="submit">Stop them</button>
      </form>
    </>
  );
}

function wordsOf(subscription: StoredSubscription['subscription']): string {
  const { kinds, packages, advisories, channels, consumers, severity, digest, quiet_hours: quiet } = subscription;
  const listed = [...kinds, ...packages, ...advisories, ...channels, ...consumers].join(', ');
  return [
    listed === '' ? 'everything' : listed,
    ...(severity === null ? [] : [`${severity} or worse`]),
    ...(digest === 'none' ? [] : [`once a ${digest} what is not urgent`]),
    ...(quiet === null ? [] : [`quiet from ${quiet.from} to ${quiet.to}`]),
  ].join(', ');
}
