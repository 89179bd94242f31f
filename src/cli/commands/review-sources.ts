import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { plainText } from '../../platform/log/plain-text.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { parseInstant } from '../parse-instant.ts';
import { columns } from '../text/columns.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface Options {
  readonly workspace?: string;
  readonly json?: boolean;
}

export function sourceCommand(context: CliContext): Command {
  return new Command('source')
    .summary('the text of a new source against the one before it, or against its tag')
    .argument('<id>', 'the number of the review')
    .argument('<attr>', 'the package')
    .addOption(
      new Option('--against <what>', 'the source before, or the tree of the tag')
        .choices(['before', 'tag'])
        .default('before'),
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (review: string, attr: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & { against: 'before' | 'tag' }>();
      await withWorkspace(context, options.workspace, async ({ reads }) => {
        const diff = await reads.sourceDiff({ review, attr, against: options.against });
        if (diff === null)
          throw new AppError(
            { code: 'usage.source', retryable: false },
            `review ${review.slice(0, 40)} has no source of ${attr.slice(0, 100)} to compare with ${options.against === 'tag' ? 'its tag' : 'the one before'}`,
            { hint: `See what was fetched: snowguard review show ${review.slice(0, 40)}` },
          );
        print(context, options.json ?? false, diff, () => [
          `${diff.fileCount} files differ; + is only in ${diff.source.name}.`,
          ...diff.text.split('\n').map(plainText),
          ...(diff.cut ? ['Cut here; what a build reads stands first.'] : []),
        ]);
      });
    });
}

export function allowCommand(context: CliContext, finish: (status: number) => void): Command {
  return new Command('allow')
    .summary(
      'let a file of a source pass by its digest, until a day: a configure script that somebody made again and compared',
    )
    .argument('[sha256]', 'of the file, hexadecimal; without it, what is allowed now is listed')
    .option('--until <date>', 'until this instant')
    .option('--reason <text>', 'what was compared with what')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (sha256: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & { until?: string; reason?: string }>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const { store } = workspace.context.reviewFacts;
        const at = workspace.clock.now();
        if (sha256 === undefined) {
          const items = await store.allowed(at);
          return print(context, options.json ?? false, { items }, () =>
            items.length === 0
              ? ['No file is allowed.']
              : columns(items.map((file) => [file.sha256, new Date(file.until).toISOString(), file.by, file.reason])),
          );
        }
        const { until = '', reason = '' } = options;
        if (!/^[0-9a-f]{64}$/.test(sha256) || until === '' || reason.trim() === '')
          throw new AppError(
            { code: 'usage.allow', retryable: false },
            'a file is allowed by its SHA-256 in hexadecimal, until a day and with a reason',
            { hint: 'snowguard review allow 4a2c… --until 2026-09-01 --reason "made again with autoconf 2.72"' },
          );
        const by = await actingPerson(context, workspace);
        const outcome = await store.allow({ sha256, until: parseInstant(until), reason, by, at });
        print(context, options.json ?? false, outcome, () => [
          outcome.kind === 'allowed' ? 'Allowed.' : 'Refused: this needs the role security_lead.',
        ]);
        if (outcome.kind === 'refused') finish(exitCodes.negative);
      });
    });
}
