import { Command } from 'commander';
import { consumerVerb } from '../consumer-verb.ts';
import { type CliContext, print } from '../context.ts';
import { serverOf, serverOption } from '../flake-options.ts';
import { closureLines } from '../text/closure-lines.ts';
import { jsonOption } from '../workspace-option.ts';

interface ClosureOptions {
  readonly server?: string;
  readonly json?: boolean;
}

/** `snowguard consumer closure`. */
export function closureCommand(context: CliContext): Command {
  return new Command('closure')
    .summary('tell a server what really runs, so that its alerts speak of that alone')
    .description(
      'A lock says which release is used, not which packages of it. Once the server knows what runs, an alert to act comes only when that lacks a fix, and the rest comes with the digest. It keeps the names, versions and store paths; people of its organisation see them, others do not.',
    )
    .addCommand(setCommand(context))
    .addCommand(
      consumerVerb(context, {
        verb: 'show',
        summary: 'what is known to run, and what of it must be acted on',
        act: async (given, json) => {
          const { readClosureOf } = await import('../../app/index.ts');
          const closure = await readClosureOf(given);
          print(context, json, closure, () => closureLines(closure));
        },
      }),
    )
    .addCommand(
      consumerVerb(context, {
        verb: 'remove',
        summary: 'have the server forget it: the lock alone counts again',
        act: async (given, json) => {
          const { removeClosure } = await import('../../app/index.ts');
          await removeClosure(given);
          const { name, server } = given;
          print(context, json, { name, server }, () => [`${name}: what runs is forgotten by ${server}.`]);
        },
      }),
    );
}

function setCommand(context: CliContext): Command {
  return new Command('set')
    .summary('tell it, in place of what was told before')
    .argument('<name>', 'the name that the lock is registered under')
    .argument(
      '[input...]',
      'a file with "nix path-info -r --json", "nix derivation show -r", CycloneDX, SPDX or store paths; or an installable, a store path or a link to one such as /run/current-system (default: .#default)',
    )
    .addOption(serverOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  snowguard consumer closure set web/production /run/current-system
  nix build && snowguard consumer closure set billing ./result
  snowguard consumer closure set billing sbom.cdx.json`,
    )
    .action(async (name: string, named: readonly string[], options: ClosureOptions) => {
      const { tellClosure } = await import('../../app/index.ts');
      const server = await serverOf(context, options.server);
      const { environment, signal, cwd } = context;
      const told = await tellClosure({ server, name, named, cwd, environment, signal });
      print(context, options.json ?? false, told, () => [
        `${name}: ${told.packages} packages ${told.changed ? 'are known to run' : 'as before'}.`,
      ]);
    });
}
