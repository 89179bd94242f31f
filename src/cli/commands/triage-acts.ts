import { Command, InvalidArgumentError, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import type { TriagePort } from '../../http/index.ts';
import { TriageAct, type VerdictType, verdictReasons, verdictTypes } from '../../pipeline/findings/index.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { namedFinding } from '../named-finding.ts';
import { instantOption } from '../parse-instant.ts';
import { outcomeLines } from '../text/triage-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

type Options = Readonly<Record<string, unknown>> & {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
};

interface ActWords {
  readonly name: string;
  readonly summary: string;
  readonly options?: readonly Option[];
  readonly help?: string;
  readonly act: (options: Options) => unknown;
}

const evidence = () => new Option('--evidence <link>', 'link to the evidence');
const reason = () => new Option('--reason <text>', 'why').makeOptionMandatory();
const tree = () => new Option('--tree <id>', 'the git tree of the fix').makeOptionMandatory();
const link = (text: string) => new Option('--link <link>', text).makeOptionMandatory();
const nextUpdate = () => instantOption('--next-update <instant>', 'when there will be news').makeOptionMandatory();

/** `--name=value`, as often as needed. */
function pairs(given: string, before: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  const [name = '', ...value] = given.split('=');
  if (name === '' || value.length === 0) throw new InvalidArgumentError('write it as name=value.');
  return { ...before, [name]: value.join('=') };
}

/** The options of a verdict, for one finding or many. */
export const verdictOptions = (): readonly Option[] => [
  new Option('--reason <type>', 'the type of the verdict').choices(verdictReasons).makeOptionMandatory(),
  new Option('--statement <text>', 'one or two sentences for the public').makeOptionMandatory(),
  evidence().makeOptionMandatory(),
  new Option('--detail <name=value>', 'the evidence that the type asks for').argParser(pairs),
  new Option('--from <version>', 'it holds from this version'),
  new Option('--before <version>', 'it holds before this version'),
  new Option('--patch <name...>', 'it holds while the package has these patches'),
  new Option('--while <name=value>', 'it holds while the derivation says so').argParser(pairs),
  instantOption('--until <date>', 'it holds until then'),
];

export function verdictOf(options: Options): unknown {
  return {
    reason: options.reason,
    statement: options.statement,
    evidence: options.evidence,
    details: options.detail ?? {},
    predicate: {
      from: options.from ?? null,
      before: options.before ?? null,
      patches: options.patch ?? [],
      ...(options.while === undefined ? {} : { attributes: options.while }),
      until: options.until ?? null,
    },
  };
}

export const verdictHelp = `\nTypes, and the details each asks for:\n${verdictReasons
  .map((name) => {
    const { label, details }: VerdictType = verdictTypes[name];
    return `  ${name.padEnd(22)} ${label} (${details.map((detail) => detail.name).join(', ')})`;
  })
  .join('\n')}`;

const acts: readonly ActWords[] = [
  { name: 'claim', summary: 'keep it for yourself for the time the policy gives', act: () => ({ kind: 'claim' }) },
  { name: 'release', summary: 'give it back to the queue', act: () => ({ kind: 'release' }) },
  {
    name: 'not-affected',
    summary: 'propose a verdict; a second person approves it',
    options: verdictOptions(),
    help: verdictHelp,
    act: (options) => ({ kind: 'not-affected', verdict: verdictOf(options) }),
  },
  {
    name: 'affected',
    summary: 'state that it is affected: the initial response, in full',
    options: [
      new Option('--mitigation <text>', 'what people can do meanwhile').default('none known'),
      nextUpdate(),
      instantOption('--target <instant>', 'when it will be fixed'),
      evidence(),
    ],
    act: ({ mitigation, nextUpdate: nextUpdateAt, target = null, evidence: shown = null }) => ({
      kind: 'affected',
      mitigation,
      nextUpdateAt,
      targetAt: target,
      evidence: shown,
    }),
  },
  {
    name: 'report-upstream',
    summary: 'note that upstream was told',
    options: [link('link to the report'), nextUpdate()],
    act: ({ link: where, nextUpdate: nextUpdateAt }) => ({ kind: 'report-upstream', link: where, nextUpdateAt }),
  },
  {
    name: 'upstream-fix',
    summary: 'note that upstream has a fix',
    options: [link('link to the fix')],
    act: ({ link: where }) => ({ kind: 'upstream-fix', link: where }),
  },
  {
    name: 'raise',
    summary: 'give a score above the one in force',
    options: [new Option('--score <score>', 'CVSS, 0 to 10').argParser(Number).makeOptionMandatory(), evidence()],
    act: ({ score, evidence: shown = null }) => ({ kind: 'raise', score, evidence: shown }),
  },
  {
    name: 'lower',
    summary: 'ask to lower the severity; a security lead approves it',
    options: [
      new Option('--to <band>', 'the severity').choices(['high', 'medium', 'low']).makeOptionMandatory(),
      reason(),
    ],
    act: ({ to, reason: why }) => ({ kind: 'lower', to, reason: why }),
  },
  {
    name: 'start-fix',
    summary: 'begin to fix it',
    options: [
      new Option('--how <kind>', 'the kind of the fix')
        .choices(['update', 'patch', 'backport', 'config', 'removal'])
        .default('update'),
    ],
    act: ({ how }) => ({ kind: 'start-fix', how }),
  },
  {
    name: 'propose-fix',
    summary: 'put a fix up for review',
    options: [tree(), new Option('--link <link>', 'where it can be read')],
    act: ({ tree: id, link: where = null }) => ({ kind: 'propose-fix', tree: id, link: where }),
  },
  {
    name: 'revise-fix',
    summary: 'take a fix back to work on it',
    options: [reason()],
    act: (given) => why('revise-fix', given),
  },
  { name: 'reject-fix', summary: 'reject a fix', options: [reason()], act: (given) => why('reject-fix', given) },
  {
    name: 'approve-fix',
    summary: 'approve the tree of a fix',
    options: [tree()],
    act: ({ tree: id }) => ({ kind: 'approve-fix', tree: id }),
  },
  {
    name: 'answer',
    summary: 'answer for what an update fixed before anybody had',
    options: [new Option('--mitigation <text>', 'what helped until then').default('None needed.'), evidence()],
    act: ({ mitigation, evidence: shown }) => ({ kind: 'answer', mitigation, evidence: shown ?? null }),
  },
  {
    name: 'post-mortem',
    summary: 'write what went wrong where a promise was broken',
    options: [
      new Option('--cause <text>', 'why the time was not kept').makeOptionMandatory(),
      new Option('--prevention <text>', 'what changes so that it is kept the next time').makeOptionMandatory(),
      evidence(),
    ],
    act: ({ cause, prevention, evidence: shown = null }) => ({
      kind: 'post-mortem',
      cause,
      prevention,
      evidence: shown,
    }),
  },
  {
    name: 'verify',
    summary: 'the fix is verified in the built output',
    options: [evidence().makeOptionMandatory()],
    act: ({ evidence: shown }) => ({ kind: 'verify', evidence: shown }),
  },
  {
    name: 'accept-risk',
    summary: 'ask to bear the risk for a while; a security lead approves it',
    options: [
      new Option('--owner <name>', 'who answers for it').makeOptionMandatory(),
      reason(),
      new Option('--control <text>', 'what is done against it meanwhile').makeOptionMandatory(),
      instantOption('--until <date>', 'it holds until then, a year at most').makeOptionMandatory(),
      new Option('--customer <link>', "link to the customer's signature: only with one do the clocks stop"),
    ],
    act: ({ owner, reason: text, control, until, customer = null }) => ({
      kind: 'accept-risk',
      owner,
      reason: text,
      control,
      until,
      customer,
    }),
  },
  {
    name: 'end-risk',
    summary: 'accept the risk no longer',
    options: [reason()],
    act: (given) => why('end-risk', given),
  },
  {
    name: 'recheck',
    summary: 'agree that it was rightly dismissed by somebody else',
    act: () => ({ kind: 'recheck' }),
  },
  {
    name: 'confirm-rejection',
    summary: 'confirm that its record was rightly taken back: it counts for nothing',
    act: () => ({ kind: 'confirm-rejection' }),
  },
  { name: 'close', summary: 'close what is verified', act: () => ({ kind: 'close' }) },
  { name: 'reopen', summary: 'the fix did not hold', options: [reason()], act: (given) => why('reopen', given) },
  {
    name: 'withdraw',
    summary: 'take back your proposal, the verdict in force, or that it is affected',
    options: [reason()],
    act: (given) => why('withdraw', given),
  },
];

/** What a second person signs, by its content. */
const approvals = [
  { name: 'approve', of: 'verdict', summary: 'approve a verdict that somebody else proposed' },
  { name: 'approve-lower', of: 'lowering', summary: 'approve the lower severity' },
  { name: 'approve-risk', of: 'risk', summary: 'approve that the risk is accepted' },
] as const;

function why(kind: string, { reason: text }: Options): unknown {
  return { kind, reason: text };
}

/** One command for each thing that a person can do to a finding. */
export const actCommands: readonly CommandMaker[] = [
  ...acts.map(
    ({ name, summary, options = [], help = '', act }): CommandMaker =>
      (context) =>
        actCommand(name, summary, options)
          .addHelpText('after', help)
          .action(async (named: string, given: Options) => perform(context, named, given, async () => act(given))),
  ),
  ...approvals.map(
    ({ name, of, summary }): CommandMaker =>
      (context) =>
        actCommand(name, summary, [
          new Option('--content <digest>', 'what you sign, or its first 16 digits; "show" prints it'),
        ]).action(async (named: string, given: Options) =>
          perform(context, named, given, async (findingId, triage) => {
            const digest = typeof given.content === 'string' ? given.content : '';
            const waiting = (await triage.awaited({ findingId, limit: 20 })).flatMap(({ awaited }) =>
              awaited.kind === of ? [awaited.content] : [],
            );
            const meant = waiting.filter((content) => digest.length >= 16 && content.startsWith(digest));
            if (meant.length === 1) return { kind: name, content: meant[0] };
            throw new AppError(
              { code: 'usage.approve', retryable: false },
              waiting.length === 0 ? 'nothing waits for approval there' : 'it is not said what is signed',
              { hint: `Read what waits with "snowguard triage show ${named}", and name its --content.` },
            );
          }),
        ),
  ),
];

function actCommand(name: string, summary: string, options: readonly Option[]): Command {
  const command = new Command(name).summary(summary).argument('<finding>', 'its number, or CVE-2024-3094/xz/rolling');
  for (const option of options) command.addOption(option);
  return command
    .addOption(new Option('--dry-run', 'say what would come of it and change nothing'))
    .addOption(workspaceOption())
    .addOption(jsonOption());
}

async function perform(
  context: CliContext,
  named: string,
  { workspace: folder, json = false, dryRun = false }: Options,
  wanted: (findingId: string, triage: TriagePort) => Promise<unknown>,
): Promise<void> {
  await withWorkspace(context, folder, async (workspace) => {
    const { triage, clock } = workspace;
    const by = await actingPerson(context, workspace);
    const findingId = await namedFinding(workspace, named);
    const act = readAct(await wanted(findingId, triage));
    const results = await triage.actInBulk({ acts: [{ findingId, act }], by, at: clock.now(), dryRun });
    const refused = results.find(({ outcome }) => outcome.kind === 'refused');
    if (refused?.outcome.kind === 'refused')
      throw new AppError(
        { code: `triage.${refused.outcome.why.replaceAll('_', '-')}`, retryable: false },
        outcomeLines([refused], false)[0] ?? '',
        { hint: `See where it stands: snowguard triage show ${named}` },
      );
    print(context, json, { dryRun, by: by.name, results }, () => outcomeLines(results, dryRun));
  });
}

/** What the options make; a mistake in them names the option. */
export function readAct(raw: unknown): TriageAct {
  const read = TriageAct.safeParse(raw);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new AppError(
    { code: 'usage.act', retryable: false },
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a decision'}`,
    { hint: 'Details are given as --detail name=value; see --help for those that each type asks for.' },
  );
}
