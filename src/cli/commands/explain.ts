import { Command } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { presentExplanation } from '../../http/api/present.ts';
import { type CommandMaker, print } from '../context.ts';
import { explanationLines } from '../text/explanation-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

export const explainCommand: CommandMaker = (context) =>
  new Command('explain')
    .summary('why a package is affected by a vulnerability, or is not')
    .description(
      'Shows which software each record speaks of, whether the version lies in its range, patches, the score, and what would change the answer. For matches and non-matches alike.',
    )
    .argument('<id>', 'a CVE or GHSA id, or any alias')
    .argument('<attr>', 'the attribute path of the package')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  snowguard explain CVE-2024-3094 xz')
    .action(async (id: string, attr: string, options: { readonly workspace?: string; readonly json?: boolean }) =>
      withWorkspace(context, options.workspace, async ({ reads }) => {
        const read = await reads.explain(id, attr);
        if (read === null)
          throw new AppError(
            { code: 'usage.nothing-to-explain', retryable: false },
            `no channel carries ${attr}, or no feed has ${id}`,
            { hint: 'See what is carried at /packages, and how fresh the feeds are: snowguard feeds' },
          );
        print(context, options.json ?? false, presentExplanation(read), () => explanationLines(read));
      }),
    );
