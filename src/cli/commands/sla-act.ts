import { Command, InvalidArgumentError, Option } from 'commander';
import type { Workspace } from '../../app/index.ts';
import { toIso } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import {
  type ClockActOutcome,
  contentOfRequest,
  type FindingStore,
  type StatedFact,
} from '../../pipeline/findings/index.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { namedFinding } from '../named-finding.ts';
import { instantOption } from '../parse-instant.ts';
import { slaRefusal } from '../text/sla-refusal.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface ActOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

const byTokenNote = '\nActs are done in a person’s name: set SNOWGUARD_TOKEN (snowguard token --help).';
const findingText = 'its number, or CVE-2024-3094/xz/rolling';

export const ackCommand: CommandMaker = (context) =>
  new Command('ack')
    .summary('take a call on: nobody else is called about it')
    .argument('<page>', 'its number, from "snowguard sla pages"')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText('after', byTokenNote)
    .action(async (pageId: string, options: ActOptions) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const by = await actingPerson(context, workspace);
        const outcome = await workspace.sla.acknowledge({ pageId, by });
        if (outcome.kind === 'refused') throw slaRefusal(outcome.why);
        print(context, options.json ?? false, { page: pageId, ...outcome, by: by.name }, () => [
          `${by.name} has taken on page ${pageId}.`,
        ]);
      }),
    );

export const pauseCommand: CommandMaker = (context) =>
  new Command('pause')
    .summary('pause a remediation clock: one asks, another approves')
    .description(
      'Only where the policy allows pauses, for its reasons and no longer than it says; they end with a fix upstream or an escalation. The mitigation is public.',
    )
    .argument('<finding>', findingText)
    .addOption(instantOption('--until <instant>', 'when it ends at the latest'))
    .addOption(new Option('--reason <reason>', 'one that the policy lists'))
    .addOption(new Option('--mitigation <text>', 'what people can do meanwhile'))
    .addOption(approveOption())
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `\nExamples:\n  snowguard sla pause 7 --until 2027-03-15T10:00:00Z --reason embargo --mitigation "turn the module off"\n  snowguard sla pause 7 --approve 5f1c09a2b7d4e836\n${byTokenNote}`,
    )
    .action(
      async (
        named: string,
        options: ActOptions & {
          readonly until?: number;
          readonly reason?: string;
          readonly mitigation?: string;
          readonly approve?: string;
        },
      ) =>
        act(context, options, named, async ({ context: { findings } }, acting) => {
          const { approve } = options;
          if (approve !== undefined)
            return findings.acts.approvePause({ ...acting, content: await signed(findings, acting, approve) });
          const { until, reason, mitigation } = options;
          if (until === undefined || reason === undefined || mitigation === undefined)
            throw missing('--until, --reason and --mitigation, or --approve');
          return findings.acts.requestPause({ ...acting, until, reason, mitigation });
        }),
    );

export const correctCommand: CommandMaker = (context) =>
  new Command('correct')
    .summary('correct the first publication: one asks, another approves')
    .description(
      'The one way to move a clock’s start later. An earlier publication counts at once where --evidence shows it, such as a post to oss-security.',
    )
    .argument('<finding>', findingText)
    .addOption(instantOption('--to <instant>', 'when the flaw was first public'))
    .addOption(new Option('--reason <text>', 'why the evidence before is wrong'))
    .addOption(new Option('--evidence <url>', 'where that can be seen'))
    .addOption(approveOption())
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText('after', byTokenNote)
    .action(
      async (
        named: string,
        options: ActOptions & {
          readonly to?: number;
          readonly reason?: string;
          readonly evidence?: string;
          readonly approve?: string;
        },
      ) =>
        act(context, options, named, async ({ context: { findings } }, acting) => {
          const { approve } = options;
          if (approve !== undefined)
            return findings.acts.approveCorrection({ ...acting, content: await signed(findings, acting, approve) });
          const { to, reason, evidence = null } = options;
          if (to === undefined || reason === undefined) throw missing('--to and --reason, or --approve');
          return findings.acts.requestCorrection({ ...acting, to, reason, evidence });
        }),
    );

export const rateCommand: CommandMaker = (context) =>
  new Command('rate')
    .summary('rate a finding higher')
    .description(
      'A score above the one that counts raises at once. A lower severity takes two people: snowguard triage lower.',
    )
    .argument('<finding>', findingText)
    .addOption(
      new Option('--score <score>', 'a CVSS score, 0 to 10').makeOptionMandatory().argParser((text) => {
        const score = Number(text);
        if (/^\d{1,2}(\.\d)?$/.test(text) && score <= 10) return score;
        throw new InvalidArgumentError('use a number from 0 to 10 such as 9.1.');
      }),
    )
    .addOption(new Option('--vector <vector>', 'the CVSS vector'))
    .addOption(new Option('--evidence <url>', 'where that can be seen'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText('after', byTokenNote)
    .action(
      async (
        named: string,
        options: ActOptions & { readonly score: number; readonly vector?: string; readonly evidence?: string },
      ) =>
        act(context, options, named, ({ context: { findings } }, acting) => {
          const { score, vector = null, evidence = null } = options;
          return findings.acts.rate({ ...acting, score, vector, evidence });
        }),
    );

export const recordCommand: CommandMaker = (context) =>
  new Command('record')
    .summary('record a fact that a clock follows from')
    .description('Facts are only ever added. What is recorded counts from now.')
    .argument('<finding>', findingText)
    .addOption(
      new Option(
        '--exposure <closure-and-answer>',
        'CLOSURE=yes, CLOSURE=no or CLOSURE=unknown: is it exposed',
      ).argParser(exposureOf),
    )
    .addOption(new Option('--adopted <closure>', 'the closure has the fix'))
    .addOption(
      new Option(
        '--evaluated <rating-and-reach>',
        'FedRAMP, such as N4:reachable: N1 to N5, and reachable, likely or unlikely',
      ).argParser(evaluationOf),
    )
    .addOption(new Option('--reduced <rating>', 'FedRAMP: the lower rating reached').choices(['N1', 'N2', 'N3', 'N4']))
    .addOption(new Option('--aware', 'Cyber Resilience Act: aware of active exploitation'))
    .addOption(new Option('--measure', 'Cyber Resilience Act: a corrective or mitigating measure is available'))
    .addOption(
      new Option('--filed <what>', 'Cyber Resilience Act: what was filed').choices([
        'early_warning',
        'notification',
        'final_report',
      ]),
    )
    .addOption(new Option('--upstream-fix', 'a fix is available upstream'))
    .addOption(new Option('--evidence <url>', 'where that can be seen'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText('after', `\nExample:\n  snowguard sla record 7 --exposure edge=yes\n${byTokenNote}`)
    .action(async (named: string, options: ActOptions & RecordOptions & { readonly evidence?: string }) =>
      act(context, options, named, async ({ context: { findings } }, acting) => {
        const facts = statedFacts(options);
        if (facts.length === 0)
          throw missing(
            'one of --exposure, --adopted, --evaluated, --reduced, --aware, --measure, --filed, --upstream-fix',
          );
        const outcome = await findings.recordStatement({ ...acting, evidence: options.evidence ?? null, facts });
        return outcome.kind === 'recorded' ? { kind: 'in-force' } : outcome;
      }),
    );

interface RecordOptions {
  readonly exposure?: Extract<StatedFact, { readonly kind: 'exposure' }>;
  readonly adopted?: string;
  readonly evaluated?: Extract<StatedFact, { readonly kind: 'evaluated' }>;
  readonly reduced?: 'N1' | 'N2' | 'N3' | 'N4';
  readonly aware?: boolean;
  readonly measure?: boolean;
  readonly filed?: 'early_warning' | 'notification' | 'final_report';
  readonly upstreamFix?: boolean;
}

function statedFacts(options: RecordOptions): readonly StatedFact[] {
  const { exposure, adopted, evaluated, reduced, aware, measure, filed, upstreamFix } = options;
  return [
    ...(exposure === undefined ? [] : [exposure]),
    ...(adopted === undefined ? [] : [{ kind: 'adopted', closure: adopted } as const]),
    ...(evaluated === undefined ? [] : [evaluated]),
    ...(reduced === undefined ? [] : [{ kind: 'reduced', rating: reduced } as const]),
    ...(aware ? [{ kind: 'exploitation_aware' } as const] : []),
    ...(measure ? [{ kind: 'measure_available' } as const] : []),
    ...(filed === undefined ? [] : [{ kind: 'filed', what: filed } as const]),
    ...(upstreamFix ? [{ kind: 'upstream_fix_available' } as const] : []),
  ];
}

function exposureOf(text: string): RecordOptions['exposure'] {
  const [, closure = '', answer = ''] = /^(.{1,200})=(yes|no|unknown)$/.exec(text) ?? [];
  if (answer === '') throw new InvalidArgumentError('use CLOSURE=yes, CLOSURE=no or CLOSURE=unknown.');
  return { kind: 'exposure', closure, exposed: answer === 'unknown' ? null : answer === 'yes' };
}

function evaluationOf(text: string): RecordOptions['evaluated'] {
  const [rating, reach] = text.split(':');
  const ratings = ['N5', 'N4', 'N3', 'N2', 'N1'] as const;
  const reaches = ['reachable', 'likely', 'unlikely'] as const;
  const found = { rating: ratings.find((one) => one === rating), reach: reaches.find((one) => one === reach) };
  if (found.rating === undefined || found.reach === undefined)
    throw new InvalidArgumentError('use RATING:REACH such as N4:reachable.');
  return { kind: 'evaluated', rating: found.rating, reach: found.reach };
}

function approveOption(): Option {
  return new Option('--approve <content>', 'approve what another person asked for, as "sla explain" prints it');
}

/** The whole content of what its first digits name. */
async function signed(findings: FindingStore, { findingId }: Acting, digits: string): Promise<string> {
  const contents = ((await findings.caseOf(findingId))?.facts ?? []).map(contentOfRequest);
  return contents.find((content) => digits.length >= 16 && content.startsWith(digits)) ?? digits;
}

interface Acting {
  readonly findingId: string;
  readonly by: Awaited<ReturnType<typeof actingPerson>>;
  readonly at: number;
}

async function act(
  context: CliContext,
  options: ActOptions,
  named: string,
  work: (workspace: Workspace, acting: Acting) => Promise<ClockActOutcome>,
): Promise<void> {
  await withWorkspace(context, options.workspace, async (workspace) => {
    const by = await actingPerson(context, workspace);
    const findingId = await namedFinding(workspace, named);
    const outcome = await work(workspace, { findingId, by, at: context.clock.now() });
    if (outcome.kind === 'refused' || outcome.kind === 'without-effect') throw slaRefusal(outcome.why);
    print(context, options.json ?? false, { finding: findingId, ...outcome, by: by.name }, () => [
      outcome.kind === 'in-force'
        ? `It counts. See what it did: snowguard sla explain ${findingId}`
        : `It waits for a second person, until ${toIso(outcome.expiresAt)}: --approve ${outcome.content.slice(0, 16)}`,
    ]);
  });
}

function missing(what: string): AppError {
  return new AppError({ code: 'usage.incomplete', retryable: false }, 'it is not said what to do', {
    hint: `Add ${what}.`,
  });
}
