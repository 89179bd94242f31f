import {
  type Attainment,
  type AttainmentRow,
  bands,
  type Outlook,
  type Spread,
} from '../../../pipeline/findings/index.ts';
import { paths, withQuery } from '../../addresses.ts';
import type { PageContext } from '../context.ts';
import { estimateWords, scoreWords } from '../forecast-words.ts';
import { counted, duration, minute, promised } from '../format-time.ts';
import { Band, Day, Empty, Scroll } from '../parts.tsx';
import { DaysChart, KeptChart } from './attainment-chart.tsx';

const monthsDrawn = 12;
const missesShown = 100;
const day = 86_400_000;

export interface AttainmentChoice {
  readonly month: string | null;
  readonly channel: string | null;
}

/** How the promise was kept, for everyone to read: the misses first of all. */
export function AttainmentPage({
  read,
  outlook,
  choice,
  context,
}: {
  readonly read: Attainment;
  readonly outlook: Outlook;
  readonly choice: AttainmentChoice;
  readonly context: PageContext;
}) {
  const channels = [...new Set(read.rows.map(({ channel }) => channel))];
  const channel = channels.includes(choice.channel)
    ? choice.channel
    : (channels.find((one) => one === null) ?? channels[0] ?? null);
  const own = read.rows.filter((row) => row.channel === channel);
  const months = [...new Set(own.map(({ month }) => month))];
  const month = choice.month !== null && months.includes(choice.month) ? choice.month : null;
  const shown = month === null ? own : own.filter((row) => row.month === month);
  const misses = read.misses.filter(
    (miss) => (month === null || miss.month === month) && (channel === null || miss.name.channel === channel),
  );
  return (
    <>
      <h1>How the promise is kept</h1>
      <p class="lead">
        Every figure follows from recorded facts alone, and anyone can compute it again. As of {minute(read.asOf)}.{' '}
        <a href="/sla/calls">Who is called</a> when a clock runs out.
      </p>
      {own.length === 0 ? (
        <Empty>
          <p>Nothing was promised yet: no finding has a clock.</p>
          <p>
            The first figures come with the first <a href="/findings">finding</a>.
          </p>
        </Empty>
      ) : (
        <>
          <Choices months={months} channels={channels} month={month} channel={channel} />
          {bands.map((band) => (
            <BandCharts band={band} rows={own.filter((row) => row.band === band)} />
          ))}
          <h2>In numbers</h2>
          <Numbers rows={shown} />
          <p class="small">
            Kept and missed count in the month in which that was decided; the rest is of the findings whose clock
            started in the month, the open ones included by a survival estimate (–: not reached yet). As{' '}
            <a href={withQuery('/sla/attainment.csv', { month })}>CSV</a> or{' '}
            <a href={withQuery('/sla/attainment.json', { month })}>JSON</a>.
          </p>
          <h2>Misses</h2>
          <Misses misses={misses} />
        </>
      )}
      <h2>Due in the next seven days</h2>
      <ForecastTable items={outlook.items} now={context.now} />
      {outlook.scores.slice(0, 3).map((score) => (
        <p class="small">{scoreWords(score)}</p>
      ))}
    </>
  );
}

function Choices({
  months,
  channels,
  month,
  channel,
}: {
  readonly months: readonly string[];
  readonly channels: readonly (string | null)[];
  readonly month: string | null;
  readonly channel: string | null;
}) {
  return (
    <form class="ask" method="get" action="/sla">
      <label class="narrow">
        Month
        <select name="month">
          <option value="">All</option>
          {months.map((one) => (
            <option value={one} selected={one === month}>
              {one}
            </option>
          ))}
        </select>
      </label>
      {channels.length > 1 && (
        <label class="narrow">
          Line
          <select name="channel">
            {channels.map((one) => (
              <option value={one ?? ''} selected={one === channel}>
                {one ?? 'All lines'}
              </option>
            ))}
          </select>
        </label>
      )}
      <button type="submit">Show</button>
    </form>
  );
}

function BandCharts({ band, rows }: { readonly band: string; readonly rows: readonly AttainmentRow[] }) {
  if (rows.length === 0) return null;
  const drawn = rows.slice(0, monthsDrawn).toReversed();
  return (
    <section>
      <h2>
        <Band band={band} />
      </h2>
      <div class="split">
        <figure>
          <KeptChart
            hatching={`missed-${band}`}
            title={`Fixes of ${band} findings by month: in time, and missed. The numbers stand in the table below.`}
            bars={drawn.map(({ month, remediation }) => ({
              month,
              kept: remediation.inTime,
              missed: remediation.missed,
            }))}
          />
          <figcaption>Fixed in time (full) and missed (hatched), by month</figcaption>
        </figure>
        <figure>
          <DaysChart
            title={`Days from publication to the released fix of ${band} findings, median and ninth decile by month.`}
            points={drawn.map(({ month, intervals }) => ({
              month,
              medianDays: daysOf(intervals.fix.medianMs),
              p90Days: daysOf(intervals.fix.p90Ms),
            }))}
          />
          <figcaption>Days to the released fix: median (line, dots) and 90 % (dashed, squares)</figcaption>
        </figure>
      </div>
    </section>
  );
}

function daysOf(ms: number | null): number | null {
  return ms === null ? null : ms / day;
}

function Numbers({ rows }: { readonly rows: readonly AttainmentRow[] }) {
  return (
    <Scroll label="Attainment by month and severity">
      <table>
        <caption>Attainment by month and severity</caption>
        <thead>
          <tr>
            <th scope="col">Month</th>
            <th scope="col">Severity</th>
            <th scope="col">Answered in time</th>
            <th scope="col">Fixed in time</th>
            <th scope="col">Near misses</th>
            <th scope="col">To answer</th>
            <th scope="col">To fix</th>
            <th scope="col">From match</th>
            <th scope="col">From fix upstream</th>
            <th scope="col">Found late</th>
            <th scope="col">Re-rated</th>
            <th scope="col">Paused</th>
            <th scope="col">Exposure</th>
            <th scope="col">Adopted in</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              <th scope="row">
                {row.month}
                {row.revised > 0 && (
                  <span class="under">revised: {counted(row.revised, 'fix', 'fixes')} did not hold</span>
                )}
              </th>
              <td>
                <Band band={row.band} />
              </td>
              <Share outcomes={row.response} />
              <Share outcomes={row.remediation} />
              <td class="number">{row.remediation.nearMisses}</td>
              <SpreadCell spread={row.intervals.answer} />
              <SpreadCell spread={row.intervals.fix} />
              <SpreadCell spread={row.intervals.fixFromMatch} />
              <SpreadCell spread={row.intervals.fixFromUpstream} />
              <td class="number">{row.lateDetections}</td>
              <td class="number">{row.rerated}</td>
              <td>{row.paused.cases === 0 ? '–' : `${row.paused.cases}: ${duration(row.paused.ms)}`}</td>
              <td class="number">{(row.exposureMs / day).toFixed(1)} d</td>
              <SpreadCell spread={row.adoption} />
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Share({ outcomes }: { readonly outcomes: AttainmentRow['response'] }) {
  const all = outcomes.inTime + outcomes.missed;
  if (all === 0) return <td class="zero">–</td>;
  return (
    <td>
      {outcomes.inTime} of {all}
      <span class="under">{Math.floor((outcomes.inTime / all) * 1000) / 10} %</span>
    </td>
  );
}

function SpreadCell({ spread }: { readonly spread: Spread }) {
  if (spread.count === 0) return <td class="zero">–</td>;
  const words = (ms: number | null) => (ms === null ? '–' : duration(ms));
  return (
    <td>
      {words(spread.medianMs)}
      <span class="under">
        90 %: {words(spread.p90Ms)}, 95 %: {words(spread.p95Ms)}
      </span>
      <span class="under">
        {spread.open} of {spread.count} open
      </span>
    </td>
  );
}

function Misses({ misses }: { readonly misses: Attainment['misses'] }) {
  if (misses.length === 0)
    return (
      <Empty>
        <p>No promise was broken.</p>
      </Empty>
    );
  return (
    <>
      <ol class="rows">
        {misses.slice(0, missesShown).map(({ name, band, clock, dueAt, stoppedAt }) => (
          <li data-row>
            <Band band={band} />
            <div>
              <a class="name" href={paths.slaCase(name.id)}>
                {name.advisoryId}
              </a>{' '}
              in {name.attr} of {name.channel}
              <p class="sub">{clock === 'response' ? 'The initial response' : 'The fix'} was late.</p>
            </div>
            <div class="end">
              <span class="due breached">{stoppedAt === null ? 'open' : `${duration(stoppedAt - dueAt)} late`}</span>{' '}
              <span class="soft">
                due <Day at={dueAt} />
              </span>
            </div>
          </li>
        ))}
      </ol>
      {misses.length > missesShown && (
        <p class="small">
          The latest {missesShown} of {counted(misses.length, 'miss', 'misses')}; all are in the{' '}
          <a href="/sla/attainment.json">JSON</a>.
        </p>
      )}
    </>
  );
}

function ForecastTable({ items, now }: { readonly items: Outlook['items']; readonly now: number }) {
  if (items.length === 0)
    return (
      <Empty>
        <p>Nothing is due in the next seven days.</p>
      </Empty>
    );
  return (
    <Scroll label="Due in the next seven days">
      <table>
        <caption>
          Four of five findings like these were done by the time given; an estimate, from the findings before.
        </caption>
        <thead>
          <tr>
            <th scope="col">Finding</th>
            <th scope="col">Severity</th>
            <th scope="col">Left</th>
            <th scope="col">Expected</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ name, band, fixKind, dueAt, doneBy, verdict, stages }) => (
            <tr>
              <th scope="row">
                <a href={paths.slaCase(name.id)}>{name.advisoryId}</a> in {name.attr}
              </th>
              <td>
                <Band band={band} />
              </td>
              <td>{promised(dueAt - now)}</td>
              <td>
                {doneBy === null ? 'longer than any before' : <Day at={doneBy} />}
                {stages.map((stage) => (
                  <span class="under">{estimateWords(stage, fixKind)}</span>
                ))}
              </td>
              <td>{verdict}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
