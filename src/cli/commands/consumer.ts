import path from 'node:path';
import { Command } from 'commander';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { serverOf, serverOption } from '../flake-options.ts';
import { columns } from '../text/columns.ts';
import { jsonOption } from '../workspace-option.ts';
import { closureCommand } from './consumer-closure.ts';
import { feedCommand } from './consumer-feed.ts';

interface ConsumerOptions {
  readonly server?: string;
  readonly json?: boolean;
}

export const consumerCommand: CommandMaker = (context) =>
  new Command('consumer')
    .summary('tell a server whose lock this is, so that its alerts say so')
    .description(
      'Registers a flake.lock with a server under a name. It stores which releases the lock stands on, and nothing else of it. Takes a token: snowguard login. A pipeline that runs "consumer add" after each update keeps the server informed.',
    )
    .addCommand(
      new Command('add')
        .summary('register a lock, or replace the one of that name')
        .argument('<name>', 'such as billing or web/production')
        .argument('[lock]', 'a flake.lock, or the folder it lies in', '.')
        .addOption(serverOption())
        .addOption(jsonOption())
        .action(async (name: string, lock: string, options: ConsumerOptions) => {
          const { registerLock } = await import('../../app/index.ts');
          const server = await serverOf(context, options.server);
          const { environment, signal } = context;
          const done = await registerLock({ server, name, lock: path.resolve(context.cwd, lock), environment, signal });
          print(context, options.json ?? false, done, () => [`${name}: registered at ${server}.`]);
        }),
    )
    .addCommand(listCommand(context))
    .addCommand(closureCommand(context))
    .addCommand(feedCommand(context))
    .addCommand(
      new Command('remove')
        .summary('have the server forget a lock that you registered')
        .argument('<name>', 'the name it was registered under')
        .addOption(serverOption())
        .addOption(jsonOption())
        .action(async (name: string, options: ConsumerOptions) => {
          const { removeLock } = await import('../../app/index.ts');
          const server = await serverOf(context, options.server);
          await removeLock({ server, name, environment: context.environment, signal: context.signal });
          print(context, options.json ?? false, { name, server }, () => [`${name}: forgotten by ${server}.`]);
        }),
    );

function listCommand(context: CliContext): Command {
  return new Command('list')
    .summary('the locks that a server knows, and where each stands')
    .addOption(serverOption())
    .addOption(jsonOption())
    .action(async (options: ConsumerOptions) => {
      const { askServer, tokenFor } = await import('../../app/index.ts');
      const { boardSchema } = await import('../../http/api/schemas.ts');
      const server = await serverOf(context, options.server);
      const { environment, signal } = context;
      const token = await tokenFor(server, environment);
      const { consumers, mustAct } = boardSchema.parse(
        await askServer({ server, path: '/api/v1/consumers', token, signal }),
      );
      print(context, options.json ?? false, { consumers, mustAct }, () =>
        consumers.length === 0
          ? ['No lock is registered. Register one: snowguard consumer add NAME']
          : columns(
              consumers.map(({ name, inputs }) => [
                name,
                mustAct.some(({ consumer }) => consumer === name) ? 'must act' : 'nothing to do',
                inputs.map(({ input, version }) => `${input} at ${simplifiedVersion(version)}`).join(', '),
              ]),
            ),
      );
    });
}
