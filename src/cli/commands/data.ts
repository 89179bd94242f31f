import path from 'node:path';
import { Command } from 'commander';
import { type CommandMaker, print } from '../context.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

export const dataCommand: CommandMaker = (context) =>
  new Command('data').summary('what is known of the set, as one signed file for work without a network').addCommand(
    new Command('export')
      .summary('write releases, covered packages, findings and advisories into one signed file')
      .description(
        'Writes one dated, signed file. With it "check", "affected" and "coverage" answer on a machine without a network: --data FILE --key KEY. A file older than a day no longer counts as having looked: write it daily.',
      )
      .argument('<file>', 'the file to write, for example secure.snowguard.gz')
      .addOption(workspaceOption())
      .addOption(jsonOption())
      .action(async (file: string, options: { readonly workspace?: string; readonly json?: boolean }) =>
        withWorkspace(context, options.workspace, async (workspace) => {
          const { exportData } = await import('../../app/index.ts');
          const written = await exportData(workspace, path.resolve(context.cwd, file));
          print(context, options.json ?? false, written, () => [
            `Wrote ${written.file}: ${written.releases} releases, ${written.packages} packages, ${written.findings} findings, ${written.advisories.toLocaleString('en-GB')} advisories.`,
            `Carry it across with the public key ${written.publicKey}, then:`,
            `  snowguard check --data ${path.basename(file)} --key ${path.basename(written.publicKey)}`,
          ]);
        }),
      ),
  );
