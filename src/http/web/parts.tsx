import type { Child } from 'hono/jsx';
import { assertNever } from '../../foundation/assert-never.ts';
import { toIso } from '../../foundation/clock.ts';
import { isUnsupported } from '../../pipeline/findings/index.ts';
import { paths, withQuery } from '../addresses.ts';
import type { FindingRow, Page } from '../ports.ts';
import { ago, day, duration, minute } from './format-time.ts';

const bandNames: Readonly<Record<string, string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  unknown: 'Not rated',
};

export function Band({ band }: { readonly band: string }) {
  const name = bandNames[band];
  return <span class={`band ${name === undefined ? 'unknown' : band}`}>{name ?? 'Not rated'}</span>;
}

export function Moment({ at, now }: { readonly at: number; readonly now: number }) {
  return (
    <time datetime={toIso(at)} title={minute(at)}>
      {ago(at, now)}
    </time>
  );
}

export function Day({ at }: { readonly at: number }) {
  return (
    <time datetime={toIso(at)} title={minute(at)}>
      {day(at)}
    </time>
  );
}

/** The id of what we published of it, leading there. */
export function PublishedAs({ id }: { readonly id: string }) {
  return (
    <a class="tag" href={paths.publication(id)}>
      {id}
    </a>
  );
}

/** A line of code with its copy button; the button appears with the script. */
export function CopyLine({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div class="line">
      <code tabindex={0}>{text}</code>
      <button type="button" class="copy" hidden aria-label={`Copy ${label}`}>
        Copy
      </button>
    </div>
  );
}

/** A table that scrolls in its own frame on a narrow screen. */
export function Scroll({ label, children }: { readonly label: string; readonly children?: Child }) {
  return (
    <section class="scroll" tabindex={0} aria-label={label}>
      {children}
    </section>
  );
}

export function Empty({ children }: { readonly children?: Child }) {
  return <div class="empty">{children}</div>;
}

/** Links to the first and the next page; nothing when all is shown. */
export function Pager({
  page,
  path,
  query,
  after,
}: {
  readonly page: Page<unknown>;
  readonly path: string;
  readonly query: Readonly<Record<string, string | null>>;
  readonly after: string | null;
}) {
  if (page.next === null && after === null) return null;
  return (
    <nav class="more" aria-label="Pages">
      {after !== null && <a href={withQuery(path, query)}>First page</a>}
      {page.next !== null && (
        <a href={withQuery(path, { ...query, after: page.next })} rel="next">
          Next page
        </a>
      )}
    </nav>
  );
}

/** Findings as rows: severity, what and where, and how long is left. */
export function FindingRows({ rows, now }: { readonly rows: readonly FindingRow[]; readonly now: number }) {
  return (
    <ol class="rows">
      {rows.map(({ finding, deadlines, publishedAs = null }) => (
        <li data-row>
          <Band band={finding.band} />
          <div>
            <a class="name" href={paths.cve(finding.advisoryId)}>
              {finding.advisoryId}
            </a>{' '}
            in <a href={paths.package(finding.attr)}>{finding.attr}</a> {finding.version}
            {finding.knownExploited && <span class="tag alarm">exploited</span>}
            {deadlines.response === 'breached' && <span class="tag alarm">answer overdue</span>}
            {deadlines.response === 'met_late' && <span class="tag">answered late</span>}
            {finding.state !== 'open' && <span class="tag">{stateName(finding.state)}</span>}
            <p class="sub">
              {finding.channel}
              {publishedAs !== null && (
                <>
                  {' · '}
                  <a href={paths.publication(publishedAs)}>{publishedAs}</a>
                </>
              )}
              {finding.score !== null && ` · score ${finding.score.toFixed(1)}`} · {finding.explanation}
            </p>
          </div>
          <Due row={{ finding, deadlines }} now={now} />
        </li>
      ))}
    </ol>
  );
}

export function Due({ row, now }: { readonly row: FindingRow; readonly now: number }) {
  const { finding, deadlines } = row;
  const { startAt, remediationDueAt: due } = deadlines;
  const runs = deadlines.state === 'running' || deadlines.state === 'at_risk' || deadlines.state === 'breached';
  const share = Math.min(1, Math.max(0, (now - startAt) / Math.max(1, due - startAt)));
  return (
    <div class="end">
      <span class={`due ${deadlines.state}`}>{dueWords(row, now)}</span>{' '}
      <span class="soft">
        <a href={paths.slaCase(finding.id)}>
          {deadlines.state === 'not_computed' || deadlines.state === 'void' ? (
            'why'
          ) : (
            <>
              due <Day at={due} />
            </>
          )}
        </a>
      </span>
      {runs && (
        <svg class={`clock ${deadlines.state}`} aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 4">
          <rect width={(share * 100).toFixed(1)} height="4" fill="currentColor" />
        </svg>
      )}
    </div>
  );
}

function dueWords(row: FindingRow, now: number): string {
  const { deadlines } = row;
  switch (deadlines.state) {
    case 'running':
    case 'at_risk':
      return `${duration(deadlines.remediationDueAt - now)} left`;
    case 'breached':
      return `${duration(now - deadlines.remediationDueAt)} over`;
    case 'met':
      return 'in time';
    case 'met_late':
      return 'late';
    case 'void':
      return isUnsupported(row) ? 'line not supported' : 'no clock';
    case 'not_computed':
      return 'no deadline';
    default:
      return assertNever(deadlines.state);
  }
}

export function stateName(state: FindingRow['finding']['state']): string {
  return state.replace('_', ' ');
}
