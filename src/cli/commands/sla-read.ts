import { Command, InvalidArgumentError, Option } from 'commander';
import { toIso } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import {
  attainmentCsv,
  presentAttainment,
  presentCase,
  presentForecast,
  presentPage,
} from '../../http/api/present-sla.ts';
import { type CommandMaker, print } from '../context.ts';
import { namedFinding } from '../named-finding.ts';
import { attainmentLines, caseLines, forecastLines, pageLines } from '../text/sla-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface ReadOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

export const explainCaseCommand: CommandMaker = (context) =>
  new Command('explain')
    .summary('why each instant of a finding is what it is')
    .description(
      'Replays a finding from its recorded facts and shows every clock: the contract, detection, the fix upstream, BOD 26-04 by closure, FedRAMP and the Cyber Resilience Act.',
    )
    .argument('<finding>', 'its number, or CVE-2024-3094, CVE-2024-3094/xz, CVE-2024-3094/xz/rolling')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  snowguard sla explain CVE-2024-3094/xz')
    .action(async (named: string, options: ReadOptions) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const read = await workspace.sla.caseOf(await namedFinding(workspace, named));
        if (read === null)
          throw new AppError({ code: 'usage.no-finding', retryable: false }, `there is no finding ${named}`, {
            hint: 'See what there is: snowguard findings --state any',
          });
        print(context, options.json ?? false, presentCase(read), () => caseLines(read));
      }),
    );

export const monthOption = () =>
  new Option('--month <month>', 'only this month, such as 2027-03').argParser((text) => {
    if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
    throw new InvalidArgumentError('use a month such as 2027-03.');
  });

export const attainmentCommand: CommandMaker = (context) =>
  new Command('attainment')
    .summary('how the promise was kept, by month, line and severity')
    .description(
      'Counts promises kept and broken by the month in which that was decided. Durations are of the findings whose clock started in the month, open ones included.',
    )
    .addOption(monthOption())
    .addOption(new Option('--csv', 'print CSV on stdout').conflicts('json'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: ReadOptions & { readonly month?: string; readonly csv?: boolean }) =>
      withWorkspace(context, options.workspace, async ({ sla }) => {
        const all = await sla.attainment();
        const isWanted = ({ month }: { readonly month: string }) =>
          options.month === undefined || month === options.month;
        const read = { ...all, rows: all.rows.filter(isWanted), misses: all.misses.filter(isWanted) };
        if (options.csv) context.stdout.write(attainmentCsv(read));
        else print(context, options.json ?? false, presentAttainment(read), () => attainmentLines(read));
      }),
    );

export const forecastCommand: CommandMaker = (context) =>
  new Command('forecast')
    .summary('what is due in seven days, and what will likely be late')
    .description(
      'Adds up the 80th percentile of each stage that is left (the fix, its release) from the findings before: those of the same kind of fix and severity where there are five, else those with less in common. What is foreseen later than due is at risk. Each month the first forecast of every stage is held against how it came.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: ReadOptions) =>
      withWorkspace(context, options.workspace, async ({ sla }) => {
        const outlook = await sla.forecast();
        print(context, options.json ?? false, presentForecast(outlook), () => forecastLines(outlook));
      }),
    );

export const pagesCommand: CommandMaker = (context) =>
  new Command('pages')
    .summary('who is called about which clock')
    .description('Lists calls that wait for an answer, then the latest that have one. Answer: snowguard sla ack NUMBER')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: ReadOptions) =>
      withWorkspace(context, options.workspace, async ({ sla }) => {
        const pages = await sla.pages();
        print(context, options.json ?? false, { items: pages.map(presentPage) }, () => pageLines(pages));
      }),
    );

export const rotaCommand: CommandMaker = (context) =>
  new Command('rota')
    .summary('who is on duty, and when nobody is')
    .description(
      'Reads the rota of the workspace: who is called now, and the hours of the next 14 days without anybody.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: ReadOptions) =>
      withWorkspace(context, options.workspace, async ({ onDuty }) => {
        const read = await onDuty();
        if (read === null)
          throw new AppError({ code: 'usage.no-rota', retryable: false }, 'there is no rota', {
            hint: 'Write rota.toml and name it under [sla] in snowguard.toml: docs/operating/sla.md shows one.',
          });
        const { duty } = read;
        const gaps = read.gaps.map((gap) => ({ ...gap, from: toIso(gap.from), until: toIso(gap.until) }));
        print(context, options.json ?? false, { duty, gaps }, () => [
          ...(['primary', 'second', 'release'] as const).map(
            (role) => `${role.padEnd(8)} ${duty[role].join(', then ') || 'nobody'}`,
          ),
          ...(gaps.length === 0 ? ['Somebody is on duty in every hour of the next 14 days.'] : []),
          ...gaps.map(({ missing, from, until }) => `no ${missing} from ${from} until ${until}`),
        ]);
      }),
    );
