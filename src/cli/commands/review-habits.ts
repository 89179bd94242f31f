import { Command } from 'commander';
import { type CliContext, print } from '../context.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

export function habitsCommand(context: CliContext): Command {
  return new Command('habits')
    .summary('who approves with whom, and how fast, in the last 30 days')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<{ workspace?: string; json?: boolean }>();
      await withWorkspace(context, options.workspace, async ({ reads }) => {
        const habits = await reads.reviewHabits();
        const { accepted, pairs, stamps } = habits;
        print(context, options.json ?? false, habits, () => [
          `People let in ${accepted} steps within 30 days.`,
          ...pairs.map(
            ({ people, reviews }) => `${people.join(' and ')} approved ${reviews} of them: let others look too.`,
          ),
          ...stamps.map(({ reviewId, by }) => `${by} approved review ${reviewId} within a minute of seeing it.`),
        ]);
      });
    });
}
