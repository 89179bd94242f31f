import { Command } from 'commander';
import { consumerVerb } from '../consumer-verb.ts';
import { type CliContext, print } from '../context.ts';

/** `snowguard consumer feed`. */
export function feedCommand(context: CliContext): Command {
  return new Command('feed')
    .summary('a feed of what one consumer must act on, and of what is fixed there')
    .description(
      'RSS, Atom and JSON Feed under an address that holds its own key: whoever has it reads the feed without signing in, so it is told once and can be taken back. It tells of what runs where that is known, else of the lock.',
    )
    .addCommand(
      consumerVerb(context, {
        verb: 'add',
        summary: 'make one, and print its addresses this once',
        act: async (given, json) => {
          const { makeConsumerFeed } = await import('../../app/index.ts');
          const made = await makeConsumerFeed(given);
          print(context, json, made, () => [
            ...Object.values(made.addresses),
            '',
            `Keep them: they are not told again. To take it back: snowguard consumer feed revoke ${given.name} ${made.feed.id}`,
          ]);
        },
      }),
    )
    .addCommand(
      consumerVerb(context, {
        verb: 'list',
        summary: 'those that there are; their addresses are not told again',
        act: async (given, json) => {
          const { consumerFeedsOf } = await import('../../app/index.ts');
          const feeds = await consumerFeedsOf(given);
          print(context, json, feeds, () =>
            feeds.length === 0
              ? [`${given.name} has none: snowguard consumer feed add ${given.name}`]
              : feeds.map(({ id, madeAt, madeBy }) => `${id}  made ${madeAt} by ${madeBy}`),
          );
        },
      }),
    )
    .addCommand(
      consumerVerb(context, {
        verb: 'revoke',
        summary: 'take one back: its address leads nowhere from now on',
        argument: ['<id>', 'as "consumer feed list" names it'],
        act: async (given, json, id) => {
          const { revokeConsumerFeed } = await import('../../app/index.ts');
          await revokeConsumerFeed({ ...given, id });
          print(context, json, { name: given.name, id }, () => [`${given.name}: feed ${id} is taken back.`]);
        },
      }),
    );
}
