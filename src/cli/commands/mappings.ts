import { Command, Option } from 'commander';
import { AppError } from '../../foundation/errors.ts';
import { isMappedBy } from '../../pipeline/matching/index.ts';
import type { WalkContext } from '../../worker/index.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { columns } from '../text/columns.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface MappingOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

export const mappingsCommand: CommandMaker = (context) =>
  new Command('mappings')
    .summary("the team's word on which product a package is")
    .description(
      'Lists, sets and takes back reviewed mappings from a package name to a CPE vendor and product. The matcher obeys at once.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (options: MappingOptions) =>
      withWorkspace(context, options.workspace, async ({ context: walk }) => {
        const mappings = await walk.matches.mappings();
        print(context, options.json ?? false, { items: mappings }, () =>
          mappings.length === 0
            ? ['No mapping was reviewed yet. Set one: snowguard mappings set curl haxx:curl --is --reason "…"']
            : columns(
                mappings.map(({ pname, vendor, product, verdict, reason }) => [
                  pname,
                  verdict,
                  `${vendor}:${product}`,
                  reason,
                ]),
              ),
        );
      }),
    )
    .addCommand(setCommand(context))
    .addCommand(removeCommand(context));

function setCommand(context: CliContext): Command {
  return new Command('set')
    .summary('say that a package is, or is not, a product')
    .argument('<pname>', 'the name of the package, as in pname; or the attribute path of one package alone')
    .argument('<product>', 'vendor:product of the CPE')
    .addOption(new Option('--is', 'it is that product').conflicts('isNot'))
    .addOption(new Option('--is-not', 'it is another product of the same name'))
    .requiredOption('--reason <text>', 'why; it is shown with every match')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  snowguard mappings set git jenkins:git --is-not --reason "a plugin of Jenkins"',
    )
    .action(async (pname: string, product: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<MappingOptions & { is?: boolean; isNot?: boolean; reason: string }>();
      if (options.is !== true && options.isNot !== true)
        throw new AppError({ code: 'usage.verdict', retryable: false }, 'the verdict is missing', {
          hint: 'Add --is or --is-not.',
        });
      await review(context, options, {
        pname,
        product,
        verdict: options.is === true ? 'is' : 'is-not',
        reason: options.reason,
      });
    });
}

function removeCommand(context: CliContext): Command {
  return new Command('remove')
    .summary('take a mapping back')
    .argument('<pname>', 'the name of the package')
    .argument('<product>', 'vendor:product of the CPE')
    .option('--reason <text>', 'why', 'taken back')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (pname: string, product: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<MappingOptions & { readonly reason: string }>();
      await review(context, options, { pname, product, verdict: null, reason: options.reason });
    });
}

async function review(
  context: CliContext,
  options: MappingOptions,
  given: {
    readonly pname: string;
    readonly product: string;
    readonly verdict: 'is' | 'is-not' | null;
    readonly reason: string;
  },
): Promise<void> {
  const [vendor, product, ...rest] = given.product.replaceAll(/\\(.)/g, '$1').split(':');
  if (!vendor || !product || rest.length > 0)
    throw new AppError({ code: 'usage.product', retryable: false }, `${given.product} is not vendor:product`, {
      hint: 'Write it as in a CPE, for example haxx:curl.',
    });
  await withWorkspace(context, options.workspace, async ({ context: walk, worker, clock }) => {
    const { pname, verdict, reason } = given;
    const at = clock.now();
    if (!(await walk.matches.reviewMapping({ pname, vendor, product, verdict, reason, author: 'operator', at })))
      throw new AppError(
        { code: 'usage.no-mapping', retryable: false },
        `no mapping of ${pname} to ${vendor}:${product} was reviewed`,
        { hint: 'See those that were: snowguard mappings' },
      );
    const { failed } = await worker.run([], context.signal);
    const [mappings, packages] = [await walk.matches.mappings(), await packagesCalled(walk, pname)];
    print(context, options.json ?? false, { items: mappings, packages, failed }, () => [
      verdict === null
        ? `Taken back: ${pname} and ${vendor}:${product}.`
        : `${pname} ${verdict === 'is' ? 'is' : 'is not'} ${vendor}:${product}. Everything was matched anew.`,
      packages.length === 0
        ? 'No package of that name is carried.'
        : `It speaks of ${packages.slice(0, mostNamed).join(', ')}${packages.length > mostNamed ? ` and ${packages.length - mostNamed} more` : ''}.`,
    ]);
  });
}

const mostNamed = 10;

/** The attribute paths of which a mapping of that name speaks, in any channel. */
async function packagesCalled({ catalog, channels }: WalkContext, name: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const { id } of channels) {
    const evaluation = await catalog.latestEvaluation(id);
    const instances = evaluation === null ? [] : await catalog.instancesOf(evaluation.id);
    for (const instance of instances) if (isMappedBy(name, instance)) found.add(instance.attr);
  }
  return [...found].sort();
}
