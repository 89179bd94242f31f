import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { eventLine } from '../text/event-line.ts';
import { incidentAdvice } from '../text/feed-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface SyncOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly feeds: boolean;
  readonly upstream: boolean;
}

export const syncCommand: CommandMaker = (context, finish) =>
  new Command('sync')
    .summary('read the feeds and upstream now, and do all that follows')
    .description(
      'Reads every feed and the upstream of every channel, then evaluates, matches, opens and closes findings and releases. Costs what changed; safe to run again and beside a running server.',
    )
    .argument('[feed...]', 'only these feeds')
    .addOption(new Option('--no-feeds', 'leave the feeds alone'))
    .addOption(new Option('--no-upstream', 'leave upstream alone'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (names: readonly string[], options: SyncOptions) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const { context: walk } = workspace;
        const unknown = names.find((name) => !walk.feeds.some(({ source }) => source.id === name));
        if (unknown !== undefined)
          throw new AppError({ code: 'usage.feed', retryable: false }, `there is no feed ${unknown} here`, {
            hint: `Switched on are: ${walk.feeds.map(({ source }) => source.id).join(', ') || 'none'}.`,
          });
        const feeds = names.length > 0 ? names : options.feeds ? walk.feeds.map(({ source }) => source.id) : [];
        const channels = options.upstream && names.length === 0 ? walk.channels.map(({ id }) => id) : [];
        await workspace.adoptCovered();
        const report = await workspace.worker.run(
          [
            ...feeds.map((subject) => ({ kind: 'feed.sync' as const, subject })),
            ...channels.map((subject) => ({ kind: 'channel.sync' as const, subject })),
          ],
          context.signal,
        );
        const states = (await walk.feedStore.states()).filter(({ source }) => feeds.includes(source));
        const unread = states.flatMap(({ source, failure }) =>
          failure === null ? [] : { kind: 'feed.sync', key: source, error: failure },
        );
        const failed = [...report.failed, ...unread];
        finish(failed.length > 0 ? exitCodes.failed : exitCodes.ok);
        print(context, options.json ?? false, { ...report, failed }, () => [
          ...report.events.filter(({ kind }) => kind !== 'feeds.incident').map(eventLine),
          ...states.flatMap(({ source, incident }) =>
            incident === null ? [] : `incident: ${source}: ${incidentAdvice(source, incident.message)}`,
          ),
          ...failed.map(({ kind, key, error }) => `failed: ${kind} ${key}: ${error}`),
          lastLine(report.events.length > 0, failed.length > 0),
        ]);
      }),
    );

function lastLine(anything: boolean, failures: boolean): string {
  if (failures) return 'Not all could be read. What was known is kept: look at what failed, and sync again.';
  return anything ? 'Done.' : 'Nothing new.';
}
