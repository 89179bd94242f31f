import { Command } from 'commander';
import { type CommandMaker, print } from '../context.ts';
import { serverOf, serverOption } from '../flake-options.ts';
import { flakeLines, flakeReleaseLines } from '../text/published-lines.ts';
import { jsonOption } from '../workspace-option.ts';

interface ListOptions {
  readonly server?: string;
  readonly json?: boolean;
}

export const listCommand: CommandMaker = (context) =>
  new Command('list')
    .summary('the flakes of a server, or the releases of one')
    .argument('[flake]', 'ORGANISATION/FLAKE: its releases')
    .addOption(serverOption())
    .addOption(jsonOption())
    .action(async (named: string | undefined, options: ListOptions) => {
      const { listFlakes, listReleases, readFlakeName } = await import('../../app/consumer-edit/index.ts');
      const flake = named === undefined ? null : readFlakeName(named);
      const server = await serverOf(context, options.server);
      const json = options.json ?? false;
      const now = context.clock.now();
      if (flake === null) {
        const flakes = await listFlakes(server);
        print(context, json, flakes, () => flakeLines(flakes, now));
      } else {
        const releases = await listReleases(server, flake);
        print(context, json, releases, () => flakeReleaseLines(releases, now));
      }
    });
