import { Command } from 'commander';
import { type CliContext, print } from '../context.ts';
import { serverOf, serverOption } from '../flake-options.ts';
import { jsonOption } from '../workspace-option.ts';

interface FeedOptions {
  readonly server?: string;
  readonly json?: boolean;
}

/** `snowguard consumer feed`. */
export function feedCommand(context: CliContext): Command {
  return new Command('feed')
    .summary('a feed of what one consumer must act on, and of what is fixed there')
    .description(
      'RSS, Atom and JSON Feed under an address that holds its own key: whoever has it reads the feed without signing in, so it is told once and can be taken back. It tells of what runs where that is known, else of the lock.',
    )
    .addCommand(
      command(context, 'add', 'make one, and print its addresses this once', async (given, json) => {
        const { makeConsumerFeed } = await import('../../app/index.ts');
        const made = await makeConsumerFeed(given);
        print(context, json, made, () => [
          ...Object.values(made.addresses),
          '',
          `Keep them: they are not told again. To take it back: snowguard consumer feed revoke ${given.name} ${made.feed.id}`,
        ]);
      }),
    )
    .addCommand(
      command(context, 'list', 'those that there are; their addresses are not told again', async (given, json) => {
        const { consumerFeedsOf } = await import('../../app/index.ts');
        const feeds = await consumerFeedsOf(given);
        print(context, json, feeds, () =>
          feeds.length === 0
            ? [`${given.name} has none: snowguard consumer feed add ${given.name}`]
            : feeds.map(({ id, madeAt, madeBy }) => `${id}  made ${madeAt} by ${madeBy}`),
        );
      }),
    )
    .addCommand(
      command(context, 'revoke', 'take one back: its address leads nowhere from now on', async (given, json, id) => {
        const { revokeConsumerFeed } = await import('../../app/index.ts');
        await revokeConsumerFeed({ ...given, id });
        print(context, json, { name: given.name, id }, () => [`${given.name}: feed ${id} is taken back.`]);
      }).argument('<id>', 'as "consumer feed list" names it'),
    );
}

function command(
  context: CliContext,
  verb: string,
  summary: string,
  act: (
    given: {
      readonly server: string;
      readonly name: string;
      readonly environment: CliContext['environment'];
      readonly signal: AbortSignal;
    },
    json: boolean,
    id: string,
  ) => Promise<void>,
): Command {
  return new Command(verb)
    .summary(summary)
    .argument('<name>', 'the name that the lock is registered under')
    .addOption(serverOption())
    .addOption(jsonOption())
    .action(async (name: string, ...more: readonly unknown[]) => {
      const id = typeof more[0] === 'string' ? more[0] : '';
      const options = more.find((one): one is FeedOptions => typeof one === 'object' && one !== null) ?? {};
      const server = await serverOf(context, options.server);
      const { environment, signal } = context;
      await act({ server, name, environment, signal }, options.json ?? false, id);
    });
}
