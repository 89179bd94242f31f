import { Command, Option } from 'commander';
import { toIso } from '../../foundation/clock.ts';
import { type CommandMaker, print } from '../context.ts';
import { lateMatchLines } from '../text/sla-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

export const lateMatchesCommand: CommandMaker = (context) =>
  new Command('misses')
    .summary('what the matcher found too late, as questions that it must never miss again')
    .description(
      'Lists findings whose vulnerability was public for longer than the policy allows before it was matched (late_detection). With --cases each is one JSON line, as "npm run quality" of the source tree reads them: package, version, what every source says, and the answer.',
    )
    .addOption(new Option('--cases', 'print labelled cases, one JSON line each, on stdout').conflicts('json'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Example, the second in a checkout of Snowguard:
  snowguard sla misses --cases > misses.jsonl
  npm run quality -- --misses misses.jsonl

Promises that were broken are in "snowguard sla attainment".`,
    )
    .action(async (options: { readonly workspace?: string; readonly json?: boolean; readonly cases?: boolean }) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const { lateMatches } = await import('../../app/index.ts');
        const late = await lateMatches(workspace.context);
        if (options.cases) {
          for (const { line } of late) if (line !== null) context.stdout.write(`${JSON.stringify(line)}\n`);
          const left = late.filter(({ line }) => line === null).length;
          if (left > 0) context.stderr.write(`${left} left out: only a mapping of this team leads to the package.\n`);
          return;
        }
        const items = late.map(({ firstPublicAt, matchedAt, ...one }) => ({
          ...one,
          firstPublicAt: toIso(firstPublicAt),
          matchedAt: toIso(matchedAt),
        }));
        print(context, options.json ?? false, items, () => lateMatchLines(late));
      }),
    );
