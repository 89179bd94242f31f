import path from 'node:path';
import { Command, Option } from 'commander';
import { type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';
import { monthOption } from './sla-read.ts';

const pathAt = (cwd: string, file: string | undefined) => (file === undefined ? null : path.resolve(cwd, file));

export const exportCommand: CommandMaker = (context) =>
  new Command('export')
    .summary('write all that the published figures follow from')
    .description(
      'Writes facts, policies and published figures as JSON lines with a digest, so that anyone can compute the figures again: snowguard sla verify FILE',
    )
    .argument('<file>', 'where to write it')
    .addOption(monthOption())
    .addOption(new Option('--key <file>', 'sign with this Ed25519 private key in PEM'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  snowguard sla export 2027-03.jsonl --month 2027-03 --key sla.pem')
    .action(
      async (
        file: string,
        options: {
          readonly workspace?: string;
          readonly json?: boolean;
          readonly month?: string;
          readonly key?: string;
        },
      ) =>
        withWorkspace(context, options.workspace, async (workspace) => {
          const { exportSla } = await import('../../app/index.ts');
          const written = await exportSla({
            workspace,
            file: path.resolve(context.cwd, file),
            month: options.month ?? null,
            keyFile: pathAt(context.cwd, options.key),
          });
          print(context, options.json ?? false, written, () => [
            `${written.file} is written${written.signed ? ' and signed' : ''}. Anyone can check it: snowguard sla verify ${file}`,
          ]);
        }),
    );

export const verifyCommand: CommandMaker = (context, finish) =>
  new Command('verify')
    .summary('compute every figure of an export again')
    .description(
      'Needs the file alone, on any machine. Exits with 0 when every published figure is the one that the facts give, 1 when anything differs, each difference named, and 3 when the file cannot be read.',
    )
    .argument('<file>', 'an export')
    .addOption(new Option('--key <file>', 'demand a signature by this Ed25519 public key in PEM'))
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  snowguard sla verify 2027-03.jsonl --key sla.pub')
    .action(async (file: string, options: { readonly json?: boolean; readonly key?: string }) => {
      const { verifySlaExport } = await import('../../app/index.ts');
      const report = await verifySlaExport({
        file: path.resolve(context.cwd, file),
        keyFile: pathAt(context.cwd, options.key),
      });
      const isSame = report.differences.length === 0;
      print(context, options.json ?? false, { verdict: isSame ? 'same' : 'different', ...report }, () =>
        isSame
          ? [
              `The same: ${report.cases} cases, ${report.rows} rows and ${report.misses} misses were computed again.`,
              `SHA-256 ${report.sha256}, signature: ${report.signature}.`,
            ]
          : [
              ...report.differences,
              ...(report.more > 0 ? [`and ${report.more} more`] : []),
              'This export does not say what its facts give.',
            ],
      );
      if (!isSame) finish(exitCodes.negative);
    });
