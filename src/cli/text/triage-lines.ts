import type { FindingPage } from '../../http/index.ts';
import { duration, minute } from '../../http/web/format-time.ts';
import { awaitedWords, eventWords, outcomeWords, stageName } from '../../http/web/triage-words.ts';
import { leavingSays } from '../../pipeline/changes/index.ts';
import { isUnsupported, type TriageOutcome, type WorkItem } from '../../pipeline/findings/index.ts';
import { validationWords } from './channel-lines.ts';
import { columns } from './columns.ts';

/** One line a piece of work. */
export function queueLines(items: readonly WorkItem[], now: number): readonly string[] {
  if (items.length === 0) return ['Nothing is to be decided.'];
  return columns(
    items.flatMap(({ findings, count }) => {
      const [head] = findings;
      if (head === undefined) return [];
      const { finding, deadlines, stage, claim } = head;
      const left = deadlines.remediationDueAt - now;
      const ids = findings.slice(0, 3).map((one) => `${one.finding.advisoryId} (${one.finding.id})`);
      return [
        [
          isUnsupported(head)
            ? 'line not supported'
            : deadlines.state === 'not_computed'
              ? 'no deadline'
              : left < 0
                ? `${duration(left)} over`
                : `${duration(left)} left`,
          finding.band,
          `${finding.attr} ${finding.version}`,
          finding.channel,
          claim === null ? stageName(stage) : `${stageName(stage)}, ${claim.by}`,
          `${ids.join(', ')}${count > ids.length ? ` and ${count - ids.length} more` : ''}`,
        ],
      ];
    }),
  );
}

/** What a person needs to know before deciding. */
export function findingPageLines(page: FindingPage): readonly string[] {
  const { finding, deadlines, stage, claim, verdict, verdictBy, acceptedRisk, publishedAs = null } = page.finding;
  const { timeline } = page.told;
  return [
    `${finding.advisoryId} in ${finding.attr} ${finding.version} (${finding.channel}), finding ${finding.id}`,
    page.advisory?.title ?? 'No feed carries it any more.',
    ...(publishedAs === null ? [] : [`Published as ${publishedAs}`]),
    '',
    `Stage       ${stageName(stage)}${claim === null ? '' : `, claimed by ${claim.by} until ${minute(claim.until)}`}`,
    `Severity    ${finding.band}${finding.score === null ? '' : ` ${finding.score}`}${finding.knownExploited ? ', known exploited' : ''}, risk ${finding.risk}`,
    `Started     ${minute(timeline.start.at)}`,
    `Answer      ${deadlines.responseDueAt === null ? 'none promised' : `due ${minute(deadlines.responseDueAt)}`}`,
    `Fix         ${isUnsupported(page.finding) ? 'none promised: the line was not supported any more' : deadlines.state === 'not_computed' ? 'no deadline: the holidays of the policy are not known so far' : `due ${minute(deadlines.remediationDueAt)}`}`,
    `Why         ${finding.explanation}`,
    ...page.validations.flatMap((validation) => {
      const leaving = leavingSays(validation, finding.fixedVersion);
      return [
        `Validated   ${validationWords(validation)}`,
        ...(leaving === null ? [] : [`            as a fix: ${leaving}`]),
      ];
    }),
    ...page.told.attributions.map(({ source, recordId, outcome }) => `Says so     ${source} ${recordId}: ${outcome}`),
    ...(verdict === null ? [] : [`Verdict     ${verdict.reason}: ${verdict.statement} (${verdictBy.join(', ')})`]),
    ...(acceptedRisk === null
      ? []
      : [`Accepted    until ${minute(acceptedRisk.until)}, ${acceptedRisk.owner}: ${acceptedRisk.reason}`]),
    ...page.awaited.map(
      (one) => `Waits       ${awaitedWords(one)}, by ${one.by}${'content' in one ? `; content ${one.content}` : ''}`,
    ),
    ...page.history.toReversed().map((event) => `${minute(event.at)}  ${event.actor}: ${eventWords(event)}`),
  ];
}

export function outcomeLines(
  results: readonly { readonly findingId: string; readonly outcome: TriageOutcome }[],
  dryRun: boolean,
): readonly string[] {
  const lines = results.map(({ findingId, outcome }) => {
    const content = outcome.kind === 'done' && outcome.awaits !== null ? ` Content: ${outcome.awaits}` : '';
    return `${findingId}  ${outcomeWords(outcome)}${content}`;
  });
  return dryRun ? [...lines, 'A preview: nothing was changed. Leave out --dry-run to do it.'] : lines;
}
