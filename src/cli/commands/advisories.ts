import path from 'node:path';
import { Command } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { osvDocument } from '../../pipeline/evidence/index.ts';
import { type CommandMaker, print } from '../context.ts';
import { advisoryLines, advisoryPageLines } from '../text/advisory-lines.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface Options {
  readonly workspace?: string;
  readonly json?: boolean;
}

export const advisoriesCommand: CommandMaker = (context, finish) =>
  new Command('advisories')
    .summary('what we publish of vulnerabilities under ids of our own')
    .description(
      'An advisory of ours is one vulnerability in one package, on every line. It gets its id when a person first says where it stands, or when a release first carries the fix.',
    )
    .addCommand(listCommand(context, finish))
    .addCommand(showCommand(context, finish))
    .addCommand(exportCommand(context, finish));

const listCommand: CommandMaker = (context) =>
  new Command('list')
    .summary('every advisory of ours, and where each line stands')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: Options) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const { publishedNow } = await import('../../app/index.ts');
        const advisories = await publishedNow(workspace);
        const items = advisories.map(({ id, attr, vulnerability, withdrawn, lines }) => ({
          id,
          vulnerability: vulnerability.id,
          attr,
          withdrawn: withdrawn !== null,
          lines: lines.map(({ channel, version, says }) => ({ line: channel, version, state: says.kind })),
        }));
        print(context, options.json ?? false, { items }, () => advisoryLines(advisories));
      }),
    );

const showCommand: CommandMaker = (context) =>
  new Command('show')
    .summary('one advisory with all that happened; as JSON, its OSV record')
    .argument('<id>', 'for example XSP-2027-00001')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (id: string, options: Options) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const { publishedNow } = await import('../../app/index.ts');
        const { configuration } = workspace;
        const [advisory] = await publishedNow(workspace, id.toUpperCase());
        if (advisory === undefined)
          throw new AppError({ code: 'usage.advisory', retryable: false }, `there is no advisory ${id.slice(0, 100)}`, {
            hint: 'See those that there are: snowguard advisories list',
          });
        const publisher = { publicUrl: configuration.public_url, licence: configuration.advisories.licence };
        print(context, options.json ?? false, osvDocument(advisory, 'nix', publisher), () =>
          advisoryPageLines(advisory),
        );
      }),
    );

const exportCommand: CommandMaker = (context) =>
  new Command('export')
    .summary('write all of them into a folder, as they are served')
    .description(
      'Writes what the server has, for another web server or for scanners: osv/ names the packages as "Nix", osv/strict/ passes the official schema, csaf/ has what a provider of CSAF serves.',
    )
    .argument('<folder>', 'where to write; files that are there are replaced')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  snowguard advisories export public/')
    .action(async (folder: string, options: Options) =>
      withWorkspace(context, options.workspace, async (workspace) => {
        const { exportAdvisories } = await import('../../app/index.ts');
        const written = await exportAdvisories(workspace, path.resolve(context.cwd, folder));
        print(context, options.json ?? false, written, () => [
          `Wrote ${written.advisories} ${written.advisories === 1 ? 'advisory' : 'advisories'} in ${written.files} files to ${written.folder}.`,
        ]);
      }),
    );
