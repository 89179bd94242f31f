import { Command } from 'commander';
import { type CommandMaker, print } from '../context.ts';
import { registryOf, serverOption } from '../flake-options.ts';
import { flakeLines, flakeReleaseLines } from '../text/published-lines.ts';
import { jsonOption } from '../workspace-option.ts';

interface ListOptions {
  readonly server?: string;
  readonly json?: boolean;
}

export const listCommand: CommandMaker = (context) =>
  new Command('list')
    .summary('the flakes of a server, or the releases of one')
    .description('Lists what the server publishes, with the private flakes that you may read: snowguard login.')
    .argument('[flake]', 'ORGANISATION/FLAKE: its releases')
    .addOption(serverOption())
    .addOption(jsonOption())
    .action(async (named: string | undefined, options: ListOptions) => {
      const { listFlakes, listReleases, readFlakeName } = await import('../../app/consumer-edit/index.ts');
      const flake = named === undefined ? null : readFlakeName(named);
      const registry = await registryOf(context, options.server);
      const json = options.json ?? false;
      const now = context.clock.now();
      if (flake === null) {
        const flakes = await listFlakes(registry);
        print(context, json, flakes, () => flakeLines(flakes, now));
      } else {
        const releases = await listReleases(registry, flake);
        print(context, json, releases, () => flakeReleaseLines(releases, now));
      }
    });
