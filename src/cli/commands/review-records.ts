import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { type CliContext, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

const mostBytes = 1024 * 1024 * 1024;

export function exportCommand(context: CliContext): Command {
  return new Command('export')
    .summary('every review with what was seen and done, as signed and chained records')
    .argument('<file>', 'where to write: lines of JSON, a DSSE envelope each')
    .addOption(new Option('--channel <id>', 'only of this channel'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (file: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<{ workspace?: string; json?: boolean; channel?: string }>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const { exportReviews } = await import('../../app/index.ts');
        const lines = await exportReviews(workspace, options.channel ?? null);
        await writeFile(path.resolve(context.cwd, file), lines.map((line) => `${line}\n`).join(''));
        print(context, options.json ?? false, { file, records: lines.length }, () => [
          `Wrote ${lines.length} records. Check them anywhere: snowguard review check ${file} --key releases.pem`,
        ]);
      });
    });
}

export function checkRecordsCommand(context: CliContext, finish: (status: number) => void): Command {
  return new Command('check')
    .summary('that exported records are whole, signed, and that what was accepted follows from its acts')
    .argument('<file>', 'what "snowguard review export" wrote')
    .requiredOption('--key <file>', 'the public key, PEM: from /keys/releases.pem of the server')
    .addOption(jsonOption())
    .action(async (file: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<{ key: string; json?: boolean }>();
      const { readPublicKey } = await import('../../app/index.ts');
      const { checkRecords } = await import('../../pipeline/evidence/index.ts');
      const text = await readRecords(path.resolve(context.cwd, file));
      const lines = text.split('\n').filter((line) => line !== '');
      const faults = checkRecords(lines, await readPublicKey(path.resolve(context.cwd, options.key)));
      print(context, options.json ?? false, { records: lines.length, faults }, () =>
        faults.length === 0
          ? [`${lines.length} records, whole and signed.`]
          : faults.map(({ line, says }) => `line ${line}: ${says}`),
      );
      if (faults.length > 0) finish(exitCodes.negative);
    });
}

async function readRecords(file: string): Promise<string> {
  try {
    const content = await readFile(file);
    if (content.length <= mostBytes) return content.toString('utf8');
  } catch (error) {
    throw new AppError({ code: 'usage.records', retryable: false }, `${file} cannot be read`, {
      cause: error,
      hint: 'Name the file that "snowguard review export" wrote.',
    });
  }
  throw new AppError({ code: 'usage.records', retryable: false }, `${file} is larger than any export`, {
    hint: 'Name the file that "snowguard review export" wrote.',
  });
}
