import { Command } from 'commander';
import { type CommandMaker, print } from '../context.ts';
import { registryOf, serverOption } from '../flake-options.ts';
import { packageLines } from '../text/published-lines.ts';
import { jsonOption, limitOption } from '../workspace-option.ts';

interface SearchOptions {
  readonly server?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export const searchCommand: CommandMaker = (context) =>
  new Command('search')
    .summary('which packages does a server keep, in which versions?')
    .description(
      'Finds packages of the published sets by name, with the version in each channel and whether the promise covers them.',
    )
    .argument('[words...]', 'a part of the name')
    .addOption(limitOption())
    .addOption(serverOption())
    .addOption(jsonOption())
    .action(async (words: readonly string[], options: SearchOptions) => {
      const { searchPackages } = await import('../../app/consumer-edit/index.ts');
      const registry = await registryOf(context, options.server);
      const page = await searchPackages(registry, words.join(' '), options.limit);
      print(context, options.json ?? false, page, () => packageLines(page));
    });
