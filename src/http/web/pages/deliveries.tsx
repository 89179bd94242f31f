import type { Child } from 'hono/jsx';
import type { Person } from '../../../accounts/index.ts';
import type { Delivery, DeliveryQuery, TargetHealth } from '../../../pipeline/alerts/index.ts';
import { paths, withQuery } from '../../addresses.ts';
import type { PageContext } from '../context.ts';
import { Empty, Moment } from '../parts.tsx';
import { deliveryStates } from '../subscription-form.ts';

const healthWords = {
  untried: 'Nothing sent yet',
  ok: 'In order',
  failing: 'Failing',
  paused: 'Paused after failures',
  disabled: 'Disabled: it is gone',
} as const;

interface Props {
  readonly reads: {
    readonly targets: readonly TargetHealth[];
    readonly page: { readonly items: readonly Delivery[]; readonly next: string | null };
    readonly query: DeliveryQuery;
    readonly needsAddress: readonly string[];
  };
  /** Whether who asks may see it. */
  readonly isOpen: boolean;
  readonly person: Person | null;
  readonly field: Child;
  readonly said: string | null;
  readonly context: PageContext;
}

/** Where messages go to and how each target does; then every delivery with what became of it. */
export function DeliveriesPage({ reads, isOpen, person, field, said, context }: Props) {
  if (!isOpen)
    return (
      <>
        <h1>Deliveries</h1>
        <Empty>
          <p>
            Who is told what is shown to people of the organisation only.{' '}
            <a href={paths.signIn('/deliveries')}>Sign in</a>, or take a <a href="/feeds">feed</a>: those are for
            everyone.
          </p>
        </Empty>
      </>
    );
  return (
    <>
      <h1>Deliveries</h1>
      <p class="lead">
        Where messages go to, and whether they arrived. Who gets which: <a href="/subscriptions">subscriptions</a>.
      </p>
      {said !== null && (
        <div class="notice" role="status">
          <p>{said}</p>
        </div>
      )}
      <section aria-labelledby="targets">
        <h2 id="targets">Targets</h2>
        {reads.targets.length === 0 ? (
          <Empty>
            <p>
              None is set up: nobody is told anything. Add a <code>[[target]]</code> to <code>snowguard.toml</code>.
            </p>
          </Empty>
        ) : (
          <ol class="rows plain">
            {reads.targets.map((target) => (
              <Target {...{ target, person, field, context }} needsAddress={reads.needsAddress.includes(target.name)} />
            ))}
          </ol>
        )}
      </section>
      <section aria-labelledby="log">
        <h2 id="log">Log</h2>
        <form class="ask" method="get" action="/deliveries">
          <label class="narrow">
            State
            <select name="state">
              <option value="">all</option>
              {deliveryStates.map((state) => (
                <option value={state} selected={state === reads.query.state}>
                  {state}
                </option>
              ))}
            </select>
          </label>
          <button type="submit" class="quiet">
            Show
          </button>
        </form>
        {reads.page.items.length === 0 ? (
          <Empty>
            <p>Nothing here. A message stands here as soon as it is planned.</p>
          </Empty>
        ) : (
          <ol class="rows plain">
            {reads.page.items.map((delivery) => (
              <DeliveryRow {...{ delivery, person, field, context }} />
            ))}
          </ol>
        )}
        {reads.page.next !== null && (
          <nav class="more" aria-label="Pages">
            <a
              rel="next"
              href={withQuery('/deliveries', {
                state: reads.query.state,
                target: reads.query.target,
                after: reads.page.next,
              })}
            >
              Next page
            </a>
          </nav>
        )}
      </section>
    </>
  );
}

function Target(given: {
  readonly target: TargetHealth;
  readonly needsAddress: boolean;
  readonly person: Person | null;
  readonly field: Child;
  readonly context: PageContext;
}) {
  const { target, needsAddress, person, field, context } = given;
  return (
    <li>
      <div>
        <a class="name" href={withQuery('/deliveries', { target: target.name })}>
          {target.name}
        </a>{' '}
        <span class="tag">{target.channel}</span>
        <p class="sub">
          {target.waiting} waiting, {target.dead} given up. {target.lastError}
        </p>
        {person !== null && (
          <form class="ask" method="post" action="/deliveries">
            {field}
            <input type="hidden" name="target" value={target.name} />
            {needsAddress && (
              <label>
                Your mail address
                <input type="email" name="address" required maxlength={254} />
              </label>
            )}
            <button type="submit" name="act" value="test" class="quiet">
              Send a test
            </button>
            {(target.state === 'paused' || target.state === 'disabled') && (
              <button type="submit" name="act" value="enable" class="quiet" formnovalidate>
                Use it again
              </button>
            )}
          </form>
        )}
      </div>
      <div class="end">
        <span
          class={`verdict ${target.state === 'ok' ? 'fixed' : target.state === 'untried' ? 'unknown' : 'affected'}`}
        >
          {healthWords[target.state]}
        </span>{' '}
        {target.lastSentAt !== null && (
          <span class="soft">
            sent <Moment at={target.lastSentAt} now={context.now} />
          </span>
        )}
      </div>
    </li>
  );
}

function DeliveryRow(given: {
  readonly delivery: Delivery;
  readonly person: Person | null;
  readonly field: Child;
  readonly context: PageContext;
}) {
  const { delivery, person, field, context } = given;
  return (
    <li data-row>
      <div>
        <span class="name">{delivery.message.subject}</span>
        {delivery.message.urgency === 'urgent' && <span class="tag alarm">urgent</span>}
        <p class="sub">
          {delivery.subscriber ?? 'a test'} at {delivery.target}
          {delivery.attempts > 0 && `, ${delivery.attempts} tries`}
          {delivery.detail !== null && `: ${delivery.detail}`}
        </p>
        {delivery.state === 'dead' && person !== null && (
          <form method="post" action="/deliveries">
            {field}
            <input type="hidden" name="id" value={delivery.id} />
            <button type="submit" name="act" value="replay" class="quiet">
              Try again
            </button>
          </form>
        )}
      </div>
      <div class="end">
        <span
          class={`verdict ${delivery.state === 'sent' ? 'fixed' : delivery.state === 'dead' ? 'affected' : 'unknown'}`}
        >
          {delivery.state}
        </span>{' '}
        <span class="soft">
          <Moment at={delivery.endedAt ?? delivery.createdAt} now={context.now} />
        </span>
      </div>
    </li>
  );
}
