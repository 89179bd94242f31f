import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import { writeOpenVex } from '../../formats/openvex/write-openvex.ts';
import { toIso } from '../../foundation/clock.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { readDecisions, type VerdictReason, verdictReasons } from '../../pipeline/findings/index.ts';
import { actingPerson } from '../acting-person.ts';
import { type CommandMaker, print } from '../context.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface ImportOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly reason?: VerdictReason;
  readonly evidence?: string;
}

const maxFileBytes = 32 * 1024 * 1024;

export const importCommand: CommandMaker = (context) =>
  new Command('import')
    .summary('take over decisions of other tools, as proposals')
    .description(
      'Reads a vulnix whitelist (TOML), a CSV with a vuln_id column (sbomnix) or an OpenVEX document. Every decision becomes ' +
        'a proposal that a second person approves. What cannot be mapped is kept in the database and reported, never dropped.',
    )
    .argument('<file>', 'the file')
    .addOption(new Option('--reason <type>', 'the type of entries that do not say why').choices(verdictReasons))
    .addOption(new Option('--evidence <link>', 'the evidence of entries that link to none'))
    .addOption(new Option('--dry-run', 'say what would come of it and change nothing'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  snowguard triage import whitelist.toml --reason record-contested --evidence https://example.org/whitelist --dry-run',
    )
    .action(async (file: string, options: ImportOptions) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const decisions = await decisionsIn(path.resolve(context.cwd, file));
        const by = await actingPerson(context, workspace);
        const dryRun = options.dryRun ?? false;
        const entries = await workspace.context.findings.importDecisions({
          source: path.basename(file),
          decisions,
          reason: options.reason ?? null,
          evidence: options.evidence ?? null,
          by,
          at: workspace.clock.now(),
          dryRun,
        });
        print(context, options.json ?? false, { dryRun, by: by.name, entries }, () => [
          ...entries.map(({ entry, outcome, detail }) => `${outcome.padEnd(8)}  ${nameOf(entry)}: ${detail}`),
          summary(entries.map(({ outcome }) => outcome)),
          ...(dryRun ? ['A preview: nothing was changed. Leave out --dry-run to do it.'] : []),
        ]);
      }),
    );

async function decisionsIn(file: string) {
  try {
    if ((await stat(file)).size > maxFileBytes) throw new Error(`it is larger than ${maxFileBytes} bytes`);
    return readDecisions(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new AppError({ code: 'triage.unreadable', retryable: false }, `${file} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'It takes a vulnix whitelist in TOML, a CSV whose first line names vuln_id, or an OpenVEX document.',
    });
  }
}

function nameOf(entry: unknown): string {
  return JSON.stringify(entry).slice(0, 160);
}

function summary(outcomes: readonly string[]): string {
  const count = (outcome: string) => outcomes.filter((one) => one === outcome).length;
  return `${outcomes.length} entries: ${count('proposed')} proposed, ${count('known')} known already, ${count('kept')} only kept.`;
}

export const exportCommand: CommandMaker = (context) =>
  new Command('export')
    .summary('what was decided, as OpenVEX on stdout')
    .addOption(new Option('--channel <channel>', 'only this channel'))
    .addOption(workspaceOption())
    .action(async (options: { readonly workspace?: string; readonly channel?: string }) =>
      withWorkspace(context, options.workspace, async ({ context: walk, configuration, clock }) => {
        const statements = await walk.findings.vexStatements(
          options.channel === undefined ? {} : { channel: options.channel },
        );
        const { public_url: publicUrl, organisation } = configuration;
        const timestamp = toIso(clock.now());
        const document = writeOpenVex({ author: organisation, timestamp, idBase: `${publicUrl}/vex`, statements });
        print(context, true, document, () => []);
      }),
    );
