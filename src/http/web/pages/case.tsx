import { type CustomerOfCase, customersOf } from '../../../pipeline/findings/index.ts';
import { paths } from '../../addresses.ts';
import type { CaseRead } from '../../sla-ports.ts';
import type { PageContext } from '../context.ts';
import { ago, minute } from '../format-time.ts';
import { Band, Scroll, stateName } from '../parts.tsx';

const forces: Readonly<Record<CaseRead['clocks'][number]['force'], string>> = {
  contract: 'promised',
  comparison: 'for comparison',
  customer: 'of the customer',
  optional: 'optional',
  legal: 'by law',
};

/** Every clock of a finding, and why each instant is what it is. */
export function CasePage({
  read,
  showsCustomers,
  context,
}: {
  readonly read: CaseRead;
  readonly showsCustomers: boolean;
  readonly context: PageContext;
}) {
  const { finding, policy, clocks, flags, steps } = read;
  return (
    <>
      <p class="kicker">
        <Band band={finding.band} />
        {flags.map((flag) => (
          <span class="tag">{flag.replaceAll('_', ' ')}</span>
        ))}
      </p>
      <h1>
        The clocks of {finding.advisoryId} in {finding.attr}
      </h1>
      <p class="lead">
        Finding {finding.id} of {finding.channel}, {stateName(finding.state)}. Opened under the policy {policy}, which
        it keeps. <a href={paths.cve(finding.advisoryId)}>About the vulnerability</a>,{' '}
        <a href={paths.package(finding.attr)}>about the package</a>.
      </p>
      <h2>Clocks</h2>
      <Scroll label="Clocks">
        <table>
          <caption>Computed from the facts below alone; nothing is typed in.</caption>
          <thead>
            <tr>
              <th scope="col">Clock</th>
              <th scope="col">Start</th>
              <th scope="col">Due</th>
              <th scope="col">Stop</th>
              <th scope="col">State</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {clocks.map((clock) => (
              <tr>
                <th scope="row">
                  {clock.name}
                  <span class="under">{clock.of ?? forces[clock.force]}</span>
                </th>
                <Instant at={clock.startAt} now={context.now} />
                <Instant at={clock.dueAt} now={context.now} />
                <Instant at={clock.stoppedAt} now={context.now} />
                <td>{clock.state.replaceAll('_', ' ')}</td>
                <td class="wrap">{clock.because}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {showsCustomers && <Customers customers={customersOf(read.facts)} now={context.now} />}
      <h2>What happened</h2>
      <p class="small">In the order in which it took effect, which is not always that in which it was learnt.</p>
      <ol class="journal">
        {steps.map((step) => (
          <li>
            <time datetime={new Date(step.at).toISOString()}>{minute(step.at)}</time> {step.text}
            {step.remediationDueAt !== null && <span class="under">Fix due {minute(step.remediationDueAt)}</span>}
          </li>
        ))}
      </ol>
    </>
  );
}

function Customers({ customers, now }: { readonly customers: readonly CustomerOfCase[]; readonly now: number }) {
  if (customers.length === 0) return null;
  return (
    <>
      <h2>Customers</h2>
      <Scroll label="Customers">
        <table>
          <caption>Whom messages reached, what they answered, and what their locks and closures show.</caption>
          <thead>
            <tr>
              <th scope="col">Customer</th>
              <th scope="col">Told</th>
              <th scope="col">Has the fix</th>
              <th scope="col">Exposed</th>
              <th scope="col">Answered</th>
            </tr>
          </thead>
          <tbody>
            {customers.map(({ name, notifiedAt, adoptedAt, exposed, answer }) => (
              <tr>
                <th scope="row">{name}</th>
                <Instant at={notifiedAt} now={now} />
                <Instant at={adoptedAt} now={now} />
                <td>{exposed === null ? 'not said' : exposed ? 'yes' : 'no'}</td>
                {answer === null ? (
                  <td class="zero">–</td>
                ) : (
                  <td class="wrap">
                    {answerWords(answer.answer, adoptedAt !== null)}
                    {answer.reason !== null && `: ${answer.reason}`}
                    <span class="under">
                      {answer.by}, {ago(answer.at, now)}
                    </span>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function answerWords(answer: 'done' | 'accepted' | 'not-exposed', isShown: boolean): string {
  if (answer === 'done') return isShown ? 'done' : 'says that it is done, which nothing shows so far';
  return answer === 'accepted' ? 'accepts it' : 'is not exposed';
}

function Instant({ at, now }: { readonly at: number | null; readonly now: number }) {
  if (at === null) return <td class="zero">–</td>;
  return (
    <td>
      <time datetime={new Date(at).toISOString()}>{minute(at)}</time>
      <span class="under">{ago(at, now)}</span>
    </td>
  );
}
