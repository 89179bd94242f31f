import { Command } from 'commander';
import type { Person } from '../accounts/index.ts';
import type { Workspace } from '../app/index.ts';
import type { EpochMs } from '../foundation/clock.ts';
import type { AppError } from '../foundation/errors.ts';
import { actingPerson } from './acting-person.ts';
import { type CliContext, print } from './context.ts';
import { withWorkspace } from './with-workspace.ts';
import { jsonOption, workspaceOption } from './workspace-option.ts';

/** What only two people with a role decide, by which command: `cache key`. */
export interface Matter {
  readonly command: string;
  readonly role: string;
  readonly proposed?: string;
}

/** What one person proposed, and how to agree. */
export function waitingLines(
  { command, role, proposed = 'proposed by' }: Matter,
  one: { readonly content: string; readonly by: string; readonly says: string; readonly more?: readonly string[] },
): readonly string[] {
  return [
    '',
    `Waits for a second ${role} (${proposed} ${one.by}): ${one.says}`,
    ...(one.more ?? []).map((line) => `  ${line}`),
    `  ${approval(command, one.content)}`,
  ];
}

/** What comes next, for whoever proposed it. */
export function approvedBy({ command, role }: Matter, content: string): string {
  return `Another ${role} approves it with: ${approval(command, content)}`;
}

function approval(command: string, content: string): string {
  return `snowguard ${command} approve ${content.slice(0, 16)}`;
}

/** The second person signs or stops what waits under a content. */
export function decideCommand<Waiting extends { readonly content: string }>(
  context: CliContext,
  given: {
    readonly verb: 'approve' | 'withdraw' | 'refuse';
    readonly summary: string;
    readonly waiting: (workspace: Workspace, at: EpochMs) => Promise<readonly Waiting[]>;
    readonly nothingWaits: () => AppError;
    readonly decide: (deciding: {
      readonly workspace: Workspace;
      readonly waiting: Waiting;
      readonly by: Person;
      readonly at: EpochMs;
    }) => Promise<{ readonly value: unknown; readonly lines: () => readonly string[] }>;
  },
): Command {
  return new Command(given.verb)
    .summary(given.summary)
    .argument('<content>', 'the content hash, or at least its first 16 digits')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (named: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<{ readonly workspace?: string; readonly json?: boolean }>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const by = await actingPerson(context, workspace);
        const at = context.clock.now();
        const meant = (await given.waiting(workspace, at)).filter(({ content }) => content.startsWith(named));
        const [waiting] = meant;
        if (named.length < 16 || meant.length > 1 || waiting === undefined) throw given.nothingWaits();
        const { value, lines } = await given.decide({ workspace, waiting, by, at });
        print(context, options.json ?? false, value, lines);
      });
    });
}
