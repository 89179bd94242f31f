import path from 'node:path';
import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { presentFeed, presentQuarantined } from '../../http/api/present.ts';
import type { PortalReads } from '../../http/index.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { columns } from '../text/columns.ts';
import { feedLines, quarantineLines } from '../text/feed-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, limitOption, workspaceOption } from '../workspace-option.ts';

interface FeedsOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

export const feedsCommand: CommandMaker = (context, finish) =>
  new Command('feeds')
    .summary('the feeds that are read, and how fresh each is')
    .description(
      'Shows for each feed the last good sync, its records, what was set aside as unreadable, and any incident.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: FeedsOptions) =>
      withWorkspace(context, options.workspace, async ({ reads, clock }) => {
        const feeds = await reads.feeds();
        print(context, options.json ?? false, { items: feeds.map(presentFeed) }, () => feedLines(feeds, clock.now()));
      }),
    )
    .addCommand(quarantineCommand(context))
    .addCommand(acceptCommand(context))
    .addCommand(exportCommand(context))
    .addCommand(importCommand(context, finish));

function quarantineCommand(context: CliContext): Command {
  return new Command('quarantine')
    .summary('records that could not be read, with the reason')
    .argument('[feed]', 'only of this feed')
    .addOption(limitOption())
    .addOption(new Option('--after <cursor>', 'the page after; take "next" of the page before'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (feed: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<FeedsOptions & { readonly limit: number; readonly after?: string }>();
      await withWorkspace(context, options.workspace, async ({ reads }) => {
        const { limit, after = null } = options;
        await assertFeed(reads, feed);
        const page = await reads.quarantined({ source: feed ?? null, after, limit });
        print(context, options.json ?? false, { ...page, items: page.items.map(presentQuarantined) }, () =>
          quarantineLines(page),
        );
      });
    });
}

function acceptCommand(context: CliContext): Command {
  return new Command('accept')
    .summary('say that a feed with an incident is right: what it lacks is gone')
    .argument('<feed>', 'the feed')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (feed: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<FeedsOptions>();
      await withWorkspace(context, options.workspace, async ({ context: walk, reads, worker, clock }) => {
        await assertFeed(reads, feed);
        const incident = await walk.feedStore.acceptIncident({ source: feed, at: clock.now(), actor: 'operator' });
        if (incident === null)
          throw new AppError({ code: 'usage.no-incident', retryable: false }, `the feed ${feed} has no incident`, {
            hint: 'See them: snowguard feeds',
          });
        await worker.run([{ kind: 'advisories.merge', subject: '' }], context.signal);
        print(context, options.json ?? false, { feed, incident }, () => [`Accepted: ${incident.message}.`]);
      });
    });
}

function exportCommand(context: CliContext): Command {
  return new Command('export')
    .summary('write every record into one signed file, for a machine without a network')
    .argument('<file>', 'the file to write, for example feeds.snowguard.gz')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (file: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<FeedsOptions>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const { exportBundle } = await import('../../app/index.ts');
        const written = await exportBundle(workspace, path.resolve(context.cwd, file), context.signal);
        print(context, options.json ?? false, written, () => [
          ...columns(written.feeds.map(({ feed, records }) => [feed, `${records.toLocaleString('en-GB')} records`])),
          `Wrote ${written.file}. Carry it across with the public key ${written.publicKey}, then:`,
          `  snowguard feeds import ${path.basename(file)} --key ${path.basename(written.publicKey)}`,
        ]);
      });
    });
}

function importCommand(context: CliContext, finish: (status: number) => void): Command {
  return new Command('import')
    .summary('take in a file that "feeds export" wrote elsewhere')
    .argument('<file>', 'the bundle')
    .requiredOption('--key <file...>', 'public keys that may have signed it')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (file: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<FeedsOptions & { readonly key: readonly string[] }>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const { importBundle } = await import('../../app/index.ts');
        const taken = await importBundle(workspace, {
          file: path.resolve(context.cwd, file),
          keyFiles: options.key.map((key) => path.resolve(context.cwd, key)),
          signal: context.signal,
        });
        const { failed } = await workspace.worker.run([], context.signal);
        const all = taken.feeds.every(({ outcome }) => outcome !== 'failed' && outcome !== 'stopped');
        finish(all && failed.length === 0 ? exitCodes.ok : exitCodes.failed);
        print(context, options.json ?? false, { ...taken, failed }, () =>
          columns(
            taken.feeds.map(({ feed, outcome, added, changed }) => [feed, outcome, `${added} new, ${changed} changed`]),
          ),
        );
      });
    });
}

async function assertFeed(reads: Pick<PortalReads, 'feeds'>, id: string | undefined): Promise<void> {
  const known = (await reads.feeds()).map((feed) => feed.id);
  if (id === undefined || known.includes(id)) return;
  throw new AppError({ code: 'usage.feed', retryable: false }, `there is no feed ${id} here`, {
    hint: `There are: ${known.join(', ') || 'none'}.`,
  });
}
