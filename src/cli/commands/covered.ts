import { Command, Option } from 'commander';
import type { Workspace } from '../../app/index.ts';
import { toIso } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { someOf } from '../../foundation/some-of.ts';
import {
  type CoveredPort,
  type CoveredRow,
  type CoverOutcome,
  coverRefusal,
  type EndOutcome,
  type Standing,
  standings,
} from '../../http/covered-port.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { columns } from '../text/columns.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, limitOption, workspaceOption } from '../workspace-option.ts';

interface CommonOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

const most = 20_000;
const wholeSet = { category: null, standing: null, text: '', after: null, limit: most } as const;

export const coveredCommand: CommandMaker = (context, finish) =>
  new Command('covered')
    .summary('the covered set: what it is, whether the tree has it, and editing it')
    .description(
      'The covered set stands in covered/*.toml of the workspace: edit the files, then "snowguard scan"; or let these commands write them. After the first release nothing leaves the set at once: one person proposes the end, another agrees, and 30 days later it may go.',
    )
    .addHelpText(
      'after',
      `
Examples:
  snowguard covered list --category dns
  snowguard covered check
  snowguard covered add jq --category parsers --reason "payments use it"
  snowguard covered remove jq --reason "nobody uses it" --dry-run

Edits are done in your name: set SNOWGUARD_TOKEN. They take the role policy_admin or security_lead.`,
    )
    .addCommand(listCommand(context))
    .addCommand(checkCommand(context, finish))
    .addCommand(addCommand(context, finish))
    .addCommand(removeCommand(context, finish))
    .addCommand(closureCommand(context))
    .addCommand(historyCommand(context));

function listCommand(context: CliContext): Command {
  return new Command('list')
    .summary('covered packages, by category, and how each stands in the newest tree')
    .option('--category <name>', 'only of this one')
    .addOption(new Option('--standing <standing>', 'only these').choices(standings))
    .option('--name <text>', 'only those with this in their name', '')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: CommonOptions & { category?: string; standing?: Standing; name: string }) =>
      withCovered(context, options, async (covered) => {
        const page = await covered.list({
          ...wholeSet,
          category: options.category ?? null,
          standing: options.standing ?? null,
          text: options.name,
        });
        print(context, options.json ?? false, { items: page.items, counts: page.counts }, () =>
          page.items.length === 0 ? ['No covered package is like that.'] : columns(page.items.map(rowOf)),
        );
      }),
    );
}

function checkCommand(context: CliContext, finish: (status: number) => void): Command {
  return new Command('check')
    .summary('covered packages that the newest tree has no more, or that do not evaluate there')
    .description(
      `Exit status: ${exitCodes.ok} all are there, ${exitCodes.negative} one is gone, renamed or broken. What was not evaluated yet is said, and is no fault.`,
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: CommonOptions) =>
      withCovered(context, options, async (covered) => {
        const { items, counts, total } = await covered.list(wholeSet);
        const faults = items.filter(({ standing: { kind } }) => kind !== 'carried' && kind !== 'unknown');
        print(context, options.json ?? false, { items: faults, counts }, () => [
          ...faults.flatMap((row) => [
            columns([rowOf(row)]).join(''),
            ...(row.suggestion === null ? [] : [`  ${row.suggestion}`]),
          ]),
          `${counts.carried} of ${total} covered packages are carried as promised${counts.unknown === 0 ? '' : `; ${counts.unknown} were not evaluated yet: snowguard scan`}.`,
        ]);
        if (counts.gone + counts.renamed + counts.broken > 0) finish(exitCodes.negative);
      }),
    );
}

function addCommand(context: CliContext, finish: (status: number) => void): Command {
  return new Command('add')
    .summary('cover a package from today on')
    .argument('<attr>', 'its attribute, such as python3Packages.requests')
    .requiredOption('--category <name>', 'the file it is written into')
    .requiredOption('--reason <text>', 'why; it stands in the history')
    .option('--dry-run', 'show the file as it would be, and write nothing')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (attr: string, options: CommonOptions & { category: string; reason: string; dryRun?: boolean }) =>
      withCovered(context, options, async (covered, workspace) => {
        const by = await actingPerson(context, workspace);
        const { category, reason, dryRun = false } = options;
        const outcome = await covered.add({ attr, category, reason, by, dryRun });
        report(context, finish, options, attr, outcome);
      }),
    );
}

function removeCommand(context: CliContext, finish: (status: number) => void): Command {
  return new Command('remove')
    .summary('end the promise for a package: two people, then 30 days')
    .description(
      'The first person proposes, the second one says the same and so agrees, and the 30 days begin; after them the same command takes the line out of its file.',
    )
    .argument('<attr>', 'its attribute')
    .requiredOption('--reason <text>', 'why; it stands in the history')
    .option('--keep', 'withdraw what was proposed or announced')
    .option('--dry-run', 'say what would be done, and do nothing')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (attr: string, options: CommonOptions & { reason: string; keep?: boolean; dryRun?: boolean }) =>
      withCovered(context, options, async (covered, workspace) => {
        const by = await actingPerson(context, workspace);
        const { reason, dryRun = false } = options;
        const outcome = options.keep
          ? await covered.keep({ attr, by })
          : await covered.end({ attr, reason, by, dryRun });
        report(context, finish, options, attr, outcome, options.keep);
      }),
    );
}

function closureCommand(context: CliContext): Command {
  return new Command('closure')
    .summary('what covered packages need when they run, and is not covered')
    .description(
      'Follows the references that the binary cache of this workspace knows: what was never uploaded is said to be unknown. With --add, what the evaluation knows by attribute is covered too.',
    )
    .option('--system <system>', 'on which system; the first one of the settings otherwise')
    .option('--add', 'cover it')
    .option('--category <name>', 'with --add: the category', 'closure')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: CommonOptions & { system?: string; add?: boolean; category: string }) =>
      withCovered(context, options, async (covered, workspace) => {
        const { coveredClosure } = await import('../../app/index.ts');
        const system = options.system ?? workspace.context.systems[0] ?? 'x86_64-linux';
        const closure = await coveredClosure(workspace.context, system);
        const added: string[] = [];
        if (options.add) {
          const by = await actingPerson(context, workspace);
          for (const { attr, neededBy } of closure.uncovered) {
            if (attr === null) continue;
            const reason = `needed by ${neededBy.join(', ')}`;
            const outcome = await covered.add({ attr, category: options.category, reason, by, dryRun: false });
            if (outcome.kind === 'written') added.push(attr);
            else report(context, () => {}, {}, attr, outcome);
          }
        }
        print(context, options.json ?? false, { ...closure, added }, () => [
          ...columns(
            closure.uncovered.map(({ name, attr, neededBy }) => [
              name,
              attr === null ? 'attribute not known' : added.includes(attr) ? 'covered now' : 'not covered',
              `needed by ${neededBy.join(', ')}`,
            ]),
          ),
          closure.paths === 0
            ? `What covered packages need on ${system} is not known: nothing of them is in the cache. Upload it: snowguard cache push --help`
            : `${closure.paths} paths followed on ${system}; ${closure.uncovered.length} needed packages are not covered.`,
          ...(closure.paths > 0 && closure.unknown.length > 0
            ? [`Not known, because not in the cache: ${someOf(closure.unknown, 20)}.`]
            : []),
        ]);
      }),
    );
}

function historyCommand(context: CliContext): Command {
  return new Command('history')
    .summary('who added, took out or announced what, newest first')
    .addOption(limitOption())
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: CommonOptions & { limit: number }) =>
      withCovered(context, options, async (covered) => {
        const items = await covered.history(options.limit);
        print(context, options.json ?? false, { items }, () =>
          items.length === 0
            ? ['Nothing has changed yet.']
            : columns(
                items.map(({ at, actor, kind, subject, added, removed, altered, reason }) => [
                  toIso(at),
                  actor,
                  kind.replace('catalog.', ''),
                  subject === 'covered'
                    ? `+${added.length} -${removed.length} ~${altered.length} ${[...added, ...removed, ...altered].slice(0, 5).join(' ')}`
                    : subject,
                  reason ?? '',
                ]),
              ),
        );
      }),
    );
}

async function withCovered(
  context: CliContext,
  options: CommonOptions,
  work: (covered: CoveredPort, workspace: Workspace) => Promise<void>,
): Promise<void> {
  const { coveredPortOf } = await import('../../app/index.ts');
  await withWorkspace(context, options.workspace, (workspace) => work(coveredPortOf(workspace), workspace));
}

function rowOf({ package: { category, attr }, standing, notice }: CoveredRow): readonly string[] {
  const ends = notice?.endsAt == null ? '' : ` (ends ${toIso(notice.endsAt).slice(0, 10)})`;
  const says = 'message' in standing ? standing.message : 'version' in standing ? standing.version : '';
  return [category, attr, standing.kind + ends, says];
}

function report(
  context: CliContext,
  finish: (status: number) => void,
  options: CommonOptions & { readonly dryRun?: boolean },
  attr: string,
  outcome: CoverOutcome | EndOutcome,
  keep = false,
): void {
  if (outcome.kind === 'refused')
    throw new AppError({ code: `covered.${outcome.why}`, retryable: false }, `${attr}: ${coverRefusal(outcome.why)}`, {
      hint: 'Nothing was changed. See how things stand: snowguard covered list',
    });
  if (outcome.kind === 'by-hand') finish(exitCodes.negative);
  print(context, options.json ?? false, outcome, () => {
    switch (outcome.kind) {
      case 'written':
        return options.dryRun
          ? [`${outcome.file} would be:`, outcome.text]
          : [`Wrote ${outcome.file}. Look it over and commit it; "snowguard up" evaluates it, or: snowguard scan`];
      case 'by-hand':
        return [`This file is not written in a way that a program may change. ${outcome.what}`];
      case 'would':
        return [`You would ${outcome.what}.`];
      case 'done':
        if (keep) return [`${attr} stays covered.`];
        return outcome.notice.endsAt === null
          ? [`The end of ${attr} is proposed. A second person agrees with the same command.`]
          : [`${attr} is covered until ${toIso(outcome.notice.endsAt)}.`];
    }
  });
}
