import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import type { Person } from '../../accounts/index.ts';
import type { Workspace } from '../../app/index.ts';
import { AppError } from '../../foundation/errors.ts';
import { presentEmbargo, presentEmbargoPage } from '../../http/api/embargo-endpoints.ts';
import { openedWords } from '../../http/embargo-words.ts';
import type { EmbargoPort } from '../../http/index.ts';
import { EmbargoAct, readReport, refusalWords, reportExample } from '../../pipeline/embargoes/index.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { instantOption } from '../parse-instant.ts';
import { embargoLines, embargoRows } from '../text/embargo-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

type Options = Readonly<Record<string, unknown>> & { readonly workspace?: string; readonly json?: boolean };

interface ActWords {
  readonly name: EmbargoAct['kind'];
  readonly summary: string;
  readonly argument?: readonly [string, string];
  readonly options?: () => readonly Option[];
  readonly act: (given: {
    readonly options: Options;
    readonly argument: string;
    readonly context: CliContext;
  }) => unknown;
}

const reason = () => [new Option('--reason <text>', 'why').makeOptionMandatory()];

const acts: readonly ActWords[] = [
  { name: 'claim', summary: 'say that you work on it', act: () => ({ kind: 'claim' }) },
  { name: 'release', summary: 'give it back', act: () => ({ kind: 'release' }) },
  {
    name: 'note',
    summary: 'add a note for the others to see',
    options: () => [
      new Option('--text <text>', 'the note').conflicts('file'),
      new Option('--file <file>', 'a file with it'),
    ],
    act: async ({ options, context }) => ({
      kind: 'note',
      text: typeof options.file === 'string' ? await textOfFile(context, options.file) : options.text,
    }),
  },
  {
    name: 'determine',
    summary: 'decide whether what we carry is affected',
    options: () => [
      new Option('--as <answer>', 'what it is').choices(['affected', 'not_affected']).makeOptionMandatory(),
      new Option('--attr <path>', 'only this package'),
      new Option('--statement <text>', 'why, and what can be done meanwhile').makeOptionMandatory(),
    ],
    act: ({ options: { as, attr = null, statement } }) => ({ kind: 'determine', as, attr, statement }),
  },
  {
    name: 'fix',
    summary: 'prepare a fix: it is proposed when the embargo ends',
    options: () => [
      new Option('--channel <id>', 'for which channel').makeOptionMandatory(),
      new Option('--file <file>', 'the patch, as "git diff" or "git format-patch" writes it').makeOptionMandatory(),
    ],
    act: async ({ options: { channel, file }, context }) => ({
      kind: 'fix',
      channel,
      patch: await textOfFile(context, String(file)),
    }),
  },
  {
    name: 'aware',
    summary: 'note that you know of attacks: the legal clocks begin',
    options: () => [
      instantOption('--since <instant>', 'since when you know; now where it is left out'),
      new Option('--evidence <text>', 'how you know').makeOptionMandatory(),
    ],
    act: ({ options: { since, evidence }, context }) => ({
      kind: 'aware',
      since: since ?? context.clock.now(),
      evidence,
    }),
  },
  {
    name: 'let-in',
    summary: 'let somebody of the house in; nobody is ever let out',
    argument: ['<person>', 'their name'],
    act: ({ argument: person }) => ({ kind: 'let-in', person }),
  },
  {
    name: 'move',
    summary: 'move the agreed instant of publication',
    options: () => [instantOption('--to <instant>', 'the new instant').makeOptionMandatory(), ...reason()],
    act: ({ options: { to, reason: why } }) => ({ kind: 'move', to, reason: why }),
  },
  {
    name: 'lift',
    summary: 'make it public now; the reason is published too',
    options: reason,
    act: ({ options: { reason: why } }) => ({ kind: 'lift', reason: why }),
  },
];

export const embargoCommand: CommandMaker = (context) => {
  const command = new Command('embargo')
    .summary('what is told in confidence, until it is public')
    .description(
      'Vulnerabilities that the house knows before they are public. Only who was let in sees that there is anything. It ends at the agreed instant, when a lead lifts it, or when any feed publishes it; from then on it is a finding like any other, with its true history. All of this is done in your name.',
    )
    .addCommand(listCommand(context))
    .addCommand(showCommand(context))
    .addCommand(openCommand(context));
  for (const words of acts) command.addCommand(actCommand(context, words));
  return command;
};

function listCommand(context: CliContext): Command {
  return common(new Command('list'))
    .summary('what you were let into')
    .action((options: Options) =>
      asInsider(context, options, async ({ port, person }) => {
        const items = await port.seenBy(person);
        print(context, options.json ?? false, { items: items.map(presentEmbargo) }, () => embargoRows(items));
      }),
    );
}

function showCommand(context: CliContext): Command {
  return common(new Command('show'))
    .summary('everything about one of them')
    .argument('<id>', 'such as EMB-2026-4711')
    .action((id: string, options: Options) =>
      asInsider(context, options, async ({ port, person }) => {
        const page = await port.page(person, id);
        if (page === null) throw unknownEmbargo(id);
        print(context, options.json ?? false, presentEmbargoPage(page), () => embargoLines(page));
      }),
    );
}

function openCommand(context: CliContext): Command {
  return common(new Command('open'))
    .summary('open one; it takes a security lead')
    .argument('<file>', 'the report as TOML or JSON; - for standard input')
    .addHelpText(
      'after',
      `\nA report:\n${reportExample.replaceAll(/^(?=.)/gm, '  ')}\nWhen the embargo ends all of it but reported_to becomes public, and with it since when it was known, and to whom.`,
    )
    .action((file: string, options: Options) =>
      asInsider(context, options, async ({ port, person, settle }) => {
        const report = readReport(await textOfFile(context, file));
        const outcome = await port.open({ report, by: person });
        if (outcome.kind !== 'opened')
          throw new AppError({ code: 'embargo.not-opened', retryable: false }, 'the embargo was not opened', {
            hint: openedWords(outcome),
          });
        await settle();
        print(context, options.json ?? false, { id: outcome.id }, () => [
          `${outcome.id} is open. The people named are told that there is something to see, and nothing else.`,
          `See it: snowguard embargo show ${outcome.id}`,
        ]);
      }),
    );
}

function actCommand(context: CliContext, { name, summary, argument, options = () => [], act }: ActWords): Command {
  const command = common(new Command(name)).summary(summary).argument('<id>', 'such as EMB-2026-4711');
  if (argument !== undefined) command.argument(...argument);
  for (const option of options()) command.addOption(option);
  return command.action(async (...given: readonly unknown[]) => {
    const id = String(given[0]);
    const [chosen, text] = argument === undefined ? [given[1], ''] : [given[2], String(given[1])];
    const own = chosen as Options;
    await asInsider(context, own, async ({ port, person, settle }) => {
      const read = EmbargoAct.safeParse(await act({ options: own, argument: text, context }));
      if (!read.success) {
        const [issue] = read.error.issues;
        throw new AppError(
          { code: 'usage.act', retryable: false },
          `${issue?.path.join(' ') || name}: ${issue?.message ?? 'not readable'}`,
          { hint: `See what it takes: snowguard embargo ${name} --help` },
        );
      }
      const outcome = await port.act({ id, act: read.data, by: person });
      if (outcome.kind === 'unknown') throw unknownEmbargo(id);
      if (outcome.kind === 'refused')
        throw new AppError({ code: `embargo.${outcome.why}`, retryable: false }, 'nothing was changed', {
          hint: refusalWords(outcome),
        });
      await settle();
      print(context, own.json ?? false, outcome, () => ['Done.']);
    });
  });
}

function common(command: Command): Command {
  return command.addOption(workspaceOption()).addOption(jsonOption());
}

function asInsider(
  context: CliContext,
  options: Options,
  work: (given: {
    readonly port: EmbargoPort;
    readonly person: Person;
    /** Does what follows: messages go out, and what has ended is published. */
    readonly settle: () => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  return withWorkspace(context, options.workspace, async (workspace: Workspace) => {
    const { embargoPortOf } = await import('../../app/index.ts');
    const person = await actingPerson(context, workspace);
    const settle = async () => {
      await workspace.worker.run([{ kind: 'embargoes.tend', subject: '' }], context.signal);
    };
    await work({ port: embargoPortOf(workspace), person, settle });
  });
}

/** The same whether there is none, or not for who asks. */
function unknownEmbargo(id: string): AppError {
  return new AppError(
    { code: 'embargo.unknown', retryable: false },
    `there is no embargo ${id.slice(0, 50)} that you were let into`,
    { hint: 'See those that you were: snowguard embargo list' },
  );
}

async function textOfFile({ cwd }: CliContext, file: string): Promise<string> {
  return readFile(file === '-' ? '/dev/stdin' : path.resolve(cwd, file), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      throw new AppError({ code: 'usage.file', retryable: false }, `${file} cannot be read: ${error.code ?? ''}`, {
        cause: error,
        hint: 'Name a file that is there, or - for standard input.',
      });
    },
  );
}
