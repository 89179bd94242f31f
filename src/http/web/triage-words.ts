import { assertNever } from '../../foundation/assert-never.ts';
import { toIsoDay } from '../../foundation/clock.ts';
import type { JournalEvent } from '../../journal/index.ts';
import { type AwaitedAct, refusalWords, type TriageOutcome, verdictTypes } from '../../pipeline/findings/index.ts';

export function stageName(stage: string): string {
  return stage.replaceAll('_', ' ');
}

/** What a second person would sign. */
export function awaitedWords(awaited: AwaitedAct['awaited']): string {
  switch (awaited.kind) {
    case 'verdict':
      return `${verdictTypes[awaited.verdict.reason].label}: ${awaited.verdict.statement}`;
    case 'lowering':
      return `Lower the severity to ${awaited.lowering.to}: ${awaited.lowering.reason}`;
    case 'fix':
      return `The fix with the tree ${awaited.tree.slice(0, 12)}`;
    case 'risk': {
      const { owner, until, reason, control, customer } = awaited.risk;
      return `Accept the risk until ${toIsoDay(until)}, ${owner} answers for it: ${reason} Meanwhile: ${control}${customer === null ? '' : ` Signed by the customer: ${customer}`}`;
    }
    case 'recheck':
      return 'Dismissed; one in twenty is looked at again. If it was wrong, open it again';
    case 'rejection': {
      const { records } = awaited.rejection;
      return `Rejected by those who reported it${records.length === 0 ? '' : ` (${records.slice(0, 5).join(', ')})`}: confirmed, it counts for nothing`;
    }
    default:
      return assertNever(awaited);
  }
}

/** What became of an act, in one sentence. */
export function outcomeWords(outcome: TriageOutcome): string {
  if (outcome.kind === 'refused') return refusalWords[outcome.why] ?? outcome.why;
  return outcome.awaits === null
    ? `Done: ${stageName(outcome.stage)}.`
    : 'It waits for a second person, and has no effect until then.';
}

const eventNames: Readonly<Record<string, string>> = {
  'finding.opened': 'matched',
  'finding.confirmed': 'the evidence became conclusive',
  'finding.questioned': 'the evidence became doubtful',
  'finding.fixed': 'the channel carries a fix',
  'finding.cleared': 'no source names this version any more',
  'finding.retracted': 'does not count any more',
  'finding.rejection-proposed': 'withdrawn by those who reported it; an analyst confirms',
  'finding.rejection-withdrawn': 'reported again',
  'finding.renamed': 'its vulnerability goes by another id now',
  'finding.disclosed': 'was under embargo until then',
  'finding.rerated': 'severity changed',
  'finding.verdict-proposed': 'verdict proposed',
  'finding.verdict-approved': 'verdict approved',
  'finding.verdict-withdrawn': 'proposal taken back',
  'finding.response': 'part of the initial response',
  'finding.down-requested': 'asked to lower the severity',
  'finding.down-lapsed': 'nobody approved the lower severity in time',
  'finding.down-approved': 'lower severity approved',
  'finding.upstream-fix-available': 'upstream has a fix',
  'finding.rechecked': 'rightly dismissed, says somebody else',
  'finding.risk-asked': 'asked to accept the risk',
  'finding.risk-lapsed': 'nobody approved in time that the risk is accepted',
  'finding.update-missed': 'promised news did not come',
};

/** A finding's event in a few words, with what it moved and what was said. */
export function eventWords({ kind, payload }: JournalEvent): string {
  const name = eventNames[kind] ?? kind.replace('finding.', '').replaceAll('-', ' ');
  const { fromStage, toStage } = payload;
  const moved = typeof toStage === 'string' && fromStage !== toStage ? `, now ${stageName(toStage)}` : '';
  const said = ['statement', 'mitigation', 'reason', 'link', 'tree', 'how']
    .map((key) => payload[key])
    .filter((value): value is string => typeof value === 'string');
  return `${name}${moved}${said.length === 0 ? '' : `: ${said.join(' · ').slice(0, 400)}`}`;
}

/** How long a verdict holds. */
export function predicateWords(predicate: {
  readonly from: string | null;
  readonly before: string | null;
  readonly patches: readonly string[];
  readonly attributes?: Readonly<Record<string, string>> | undefined;
  readonly until: number | null;
}): string {
  const { from, before, patches, attributes = {}, until } = predicate;
  const parts = [
    ...(from === null ? [] : [`from ${from}`]),
    ...(before === null ? [] : [`before ${before}`]),
    ...(patches.length === 0 ? [] : [`while patched with ${patches.join(', ')}`]),
    ...Object.entries(attributes).map(([name, value]) => `while ${name} is ${value}`),
    ...(until === null ? [] : [`until ${toIsoDay(until)}`]),
  ];
  return parts.length === 0 ? 'every version' : parts.join(', ');
}
