import path from 'node:path';
import { Command, Option } from 'commander';
import { type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { namedChannel } from '../named-channel.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface ScanOptions {
  readonly workspace?: string;
  readonly json?: boolean;
  readonly channel?: string;
  readonly inventory?: string;
  readonly system?: string;
}

export const scanCommand: CommandMaker = (context, finish) =>
  new Command('scan')
    .summary('evaluate and match the packages now, or import an evaluated inventory')
    .description(
      'Evaluates the covered set at the head of each channel and holds it against all advisories. With --inventory the packages come from a file instead: JSON lines as nix-eval-jobs --meta writes them, .gz or not.',
    )
    .addOption(new Option('--channel <id>', 'only this channel; with --inventory the one that it is imported into'))
    .addOption(new Option('--inventory <file>', 'read the packages from this file'))
    .addOption(new Option('--system <system>', 'the system of lines that name none').default('x86_64-linux'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: ScanOptions) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const { importInventory, scanReport } = await import('../../app/index.ts');
        const channels =
          options.channel === undefined
            ? workspace.context.channels.map(({ id }) => id)
            : [namedChannel(workspace, options.channel).id];
        const [channel] = channels;
        await workspace.adoptCovered();
        if (options.inventory !== undefined && channel !== undefined)
          await importInventory(workspace, {
            channel,
            file: path.resolve(context.cwd, options.inventory),
            system: options.system ?? 'x86_64-linux',
          });
        const kind = options.inventory === undefined ? 'channel.evaluate' : 'channel.settle';
        const { failed } = await workspace.worker.run(
          channels.map((subject) => ({ kind, subject })),
          context.signal,
        );
        const report = { channels: await scanReport(workspace, channels), failed };
        finish(failed.length > 0 ? exitCodes.failed : exitCodes.ok);
        print(context, options.json ?? false, report, () => [
          ...report.channels.flatMap((scanned) => [
            `${scanned.channel}: ${scanned.packages} packages, ${scanned.failures} that did not evaluate`,
            `  ${scanned.affected} affected, ${scanned.underInvestigation} under investigation, ${scanned.fixed} fixed`,
          ]),
          ...failed.map(({ kind, key, error }) => `failed: ${kind} ${key}: ${error}`),
          'See: snowguard findings',
        ]);
      }),
    );
