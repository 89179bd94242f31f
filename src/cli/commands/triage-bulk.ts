import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { actingPerson } from '../acting-person.ts';
import { type CommandMaker, print } from '../context.ts';
import { namedFinding } from '../named-finding.ts';
import { outcomeLines } from '../text/triage-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';
import { readAct } from './triage-acts.ts';

interface BulkOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly act: string;
  readonly item?: boolean;
}

export const bulkCommand: CommandMaker = (context) =>
  new Command('bulk')
    .summary('the same decision on several findings')
    .argument('<findings...>', 'their numbers, or CVE-2024-3094/xz/rolling')
    .requiredOption('--act <json>', 'the decision, as the API takes it: {"kind":"claim"}')
    .addOption(new Option('--item', 'and on all that is open in the same version of the package'))
    .addOption(new Option('--dry-run', 'say what would come of it and change nothing'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (named: readonly string[], options: BulkOptions) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const { triage, clock } = workspace;
        const by = await actingPerson(context, workspace);
        const act = readAct(parsed(options.act));
        const ids = new Set<string>();
        for (const name of named) {
          const id = await namedFinding(workspace, name);
          ids.add(id);
          if (options.item === true) for (const { finding } of await triage.itemOf(id)) ids.add(finding.id);
        }
        const dryRun = options.dryRun ?? false;
        const acts = [...ids].map((findingId) => ({ findingId, act }));
        const results = await triage.actInBulk({ acts, by, at: clock.now(), dryRun });
        print(context, options.json ?? false, { dryRun, by: by.name, results }, () => outcomeLines(results, dryRun));
      }),
    );

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError({ code: 'usage.act', retryable: false }, '--act is not JSON', {
      cause,
      hint: `For example: --act '{"kind":"claim"}'`,
    });
  }
}
