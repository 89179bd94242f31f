import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import {
  type ActOutcome,
  lackWords,
  type PersonalAct,
  type Review,
  type ReviewState,
} from '../../pipeline/changes/index.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { parseInstant } from '../parse-instant.ts';
import { columns } from '../text/columns.ts';
import { reviewLines } from '../text/review-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, limitOption, workspaceOption } from '../workspace-option.ts';
import { accountCommand, windowCommand } from './review-accounts.ts';
import { habitsCommand } from './review-habits.ts';
import { observeCommand } from './review-observe.ts';
import { checkRecordsCommand, exportCommand } from './review-records.ts';
import { allowCommand, sourceCommand } from './review-sources.ts';

interface ReviewOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

/** Whose text "show --json" has in it. */
const mostSources = 20;
const states: readonly ReviewState[] = ['examining', 'waiting', 'held', 'rejected', 'accepted', 'superseded'];

export const reviewCommand: CommandMaker = (context, finish) => {
  const command = new Command('review')
    .summary('what upstream wants to bring in: examined, approved by two people, or held')
    .description(
      'Every step of upstream is evaluated beside what the channel carries and looked at by fifteen detectors. With mode = "enforce" under [review] in snowguard.toml, what changes a covered package waits until two people approved its very tree.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  snowguard review list --state waiting
  snowguard review show 12
  snowguard review source 12 xz --against tag
  snowguard review approve 12 --reason "compared with the signed tag"
  snowguard review account --who mallory --from 2026-03-01 --to 2026-03-14

Acts are done in your name: set SNOWGUARD_TOKEN.`,
    )
    .addCommand(listCommand(context))
    .addCommand(showCommand(context));
  for (const act of acts) command.addCommand(actCommand(context, finish, act));
  return command
    .addCommand(sourceCommand(context))
    .addCommand(allowCommand(context, finish))
    .addCommand(habitsCommand(context))
    .addCommand(accountCommand(context))
    .addCommand(windowCommand(context, finish))
    .addCommand(observeCommand(context, finish))
    .addCommand(exportCommand(context))
    .addCommand(checkRecordsCommand(context, finish));
};

function listCommand(context: CliContext): Command {
  return new Command('list')
    .summary('reviews, newest first')
    .addOption(new Option('--state <state>', 'only these').choices(states))
    .addOption(new Option('--channel <id>', 'only of this channel'))
    .addOption(new Option('--before <id>', 'older than this one: the next page'))
    .addOption(limitOption())
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<
        ReviewOptions & { state?: ReviewState; channel?: string; before?: string; limit: number }
      >();
      await withWorkspace(context, options.workspace, async ({ context: walk }) => {
        const items = await walk.reviews.list({
          channel: options.channel ?? null,
          state: options.state ?? null,
          before: options.before ?? null,
          limit: options.limit,
        });
        print(context, options.json ?? false, { items }, () =>
          items.length === 0
            ? ['Nothing was reviewed yet. Reviews begin with the second step of a channel: snowguard sync']
            : columns(items.map(rowOf)),
        );
      });
    });
}

function rowOf({ id, channel, state, how, candidate, examination }: Review): readonly string[] {
  const hits = examination?.hits.map(({ detector }) => detector) ?? [];
  return [
    id,
    channel,
    state,
    how,
    candidate.slice(0, 12),
    `${examination?.packages.length ?? 0} packages`,
    hits.length === 0 ? 'no hit' : [...new Set(hits)].join(' '),
  ];
}

function showCommand(context: CliContext): Command {
  return new Command('show')
    .summary('what a step changes, what the detectors saw, who did what')
    .argument('<id>', 'the number of the review')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ReviewOptions>();
      await withWorkspace(context, options.workspace, async ({ reads, clock }) => {
        const page = await reads.review(id);
        if (page === null) throw noReview(id);
        const { sources = [] } = page.review.examination ?? {};
        // Read only for those who ask for everything: to print them is what "review source" is for.
        const asked = options.json === true ? sources.slice(0, mostSources) : [];
        const diffs = await Promise.all(
          asked.flatMap(({ attr }) =>
            (['before', 'tag'] as const).map((against) => reads.sourceDiff({ review: id, attr, against })),
          ),
        );
        const sourceDiffs = diffs.filter((diff) => diff !== null);
        print(context, options.json ?? false, { ...page, sourceDiffs }, () =>
          reviewLines(page, { mode: reads.reviewMode, now: clock.now() }),
        );
      });
    });
}

interface ActKind {
  readonly verb: string;
  readonly kind: PersonalAct;
  readonly summary: string;
  readonly needsReason: boolean;
}

const acts: readonly ActKind[] = [
  {
    verb: 'approve',
    kind: 'approved',
    summary: 'approve the tree of a review; two people have to',
    needsReason: false,
  },
  { verb: 'withdraw', kind: 'withdrawn', summary: 'take your approval back', needsReason: false },
  {
    verb: 'hold',
    kind: 'held',
    summary: 'nothing goes in until an instant, or until it is released',
    needsReason: true,
  },
  { verb: 'release-hold', kind: 'released', summary: 'end a hold', needsReason: false },
  { verb: 'reject', kind: 'rejected', summary: 'refuse a step for good', needsReason: true },
  {
    verb: 'break-glass',
    kind: 'broke-glass',
    summary: 'let a step in alone, as duty officer: loud, and two others approve within 24 hours or releases stop',
    needsReason: true,
  },
];

function actCommand(context: CliContext, finish: (status: number) => void, act: ActKind): Command {
  const command = new Command(act.verb)
    .summary(act.summary)
    .argument('<id>', 'the number of the review')
    .addOption(
      new Option('--reason <text>', 'why; kept with the review')
        .makeOptionMandatory(act.needsReason)
        .default(act.needsReason ? undefined : ''),
    )
    .addOption(new Option('--tree <id>', 'the tree that you looked at; by default the one that the review is over now'))
    .addOption(workspaceOption())
    .addOption(jsonOption());
  if (act.kind === 'held') command.addOption(new Option('--until <date>', 'when the hold ends; by default in a week'));
  return command.action(async (id: string, _: unknown, given: Command) => {
    const options = given.optsWithGlobals<ReviewOptions & { reason: string; tree?: string; until?: string }>();
    await withWorkspace(context, options.workspace, async (workspace) => {
      const { context: walk, clock } = workspace;
      const by = await actingPerson(context, workspace);
      const review = await walk.reviews.byId(id);
      if (review === null) throw noReview(id);
      const outcome = await walk.reviews.act({
        reviewId: id,
        kind: act.kind,
        by,
        treeId: options.tree ?? review.treeId,
        reason: options.reason,
        at: clock.now(),
        ...(options.until === undefined ? {} : { until: parseInstant(options.until) }),
      });
      print(context, options.json ?? false, outcome, () => [outcomeLine(outcome)]);
      if (outcome.kind === 'refused') finish(exitCodes.negative);
      else await workspace.worker.run([], context.signal);
    });
  });
}

const refusals: Readonly<Record<Extract<ActOutcome, { kind: 'refused' }>['why'], string>> = {
  no_review: 'there is no such review',
  not_a_person: 'only a person can do that',
  role_missing: 'your roles do not allow that; see them: snowguard people list',
  tree_changed: 'the review is over another tree now: look at it again',
  not_examined: 'it is still being examined: approve what was found',
  reason_missing: 'this needs a reason: --reason "…"',
  decided: 'it is decided already',
  nothing_to_withdraw: 'you have not approved it',
};

function outcomeLine(outcome: ActOutcome): string {
  if (outcome.kind === 'refused') return `Refused: ${refusals[outcome.why]}.`;
  const { decision } = outcome;
  switch (decision.kind) {
    case 'accepted':
      return `Accepted by ${decision.by.join(' and ')}: it goes into the channel.`;
    case 'broken-glass':
      return `It goes in on the word of ${decision.by} alone. Two others approve it by ${new Date(decision.secondBy).toISOString()}, or releases stop.`;
    case 'waiting':
      return `Noted. ${decision.lacks.map((lack) => lackWords[lack]).join('; ')}.`;
    case 'held':
      return `Held until ${new Date(decision.until).toISOString()}.`;
    case 'rejected':
      return `Rejected by ${decision.by}. Upstream's next step will be proposed anew.`;
  }
}

function noReview(id: string): AppError {
  return new AppError({ code: 'usage.review', retryable: false }, `there is no review ${id.slice(0, 40)}`, {
    hint: 'See them: snowguard review list',
  });
}
