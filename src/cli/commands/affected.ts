import { Command } from 'commander';
import { type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { addFactsOptions, type FactsOptions, factsQuestion } from '../facts-options.ts';
import { jsonOption } from '../workspace-option.ts';

export const affectedCommand: CommandMaker = (context, finish) =>
  addFactsOptions(
    new Command('affected')
      .summary('am I affected by this vulnerability?')
      .description(
        'Gives one of four answers: affected, not affected, not shipped, or not looked at yet. What no record speaks of, and what nobody has looked at for a day, is never called safe. What you have is compared on this machine: only the known facts are fetched.',
      )
      .argument('<id>', 'a CVE, or any other id of it')
      .argument(
        '[input...]',
        'a flake.lock or its folder, the URL of a flake, an installable such as .#default, store paths, or a file with "nix path-info -r --json", "nix derivation show -r", CycloneDX or SPDX; nothing for the set itself',
      ),
  )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Exit status: 0 not affected or not shipped, 1 affected, 2 called wrongly, 3 not looked at yet, or nobody could be asked.

Examples:
  snowguard affected CVE-2024-3094                     is the set?
  snowguard affected CVE-2024-3094 flake.lock
  snowguard affected CVE-2024-3094 .#default
  snowguard affected CVE-2024-3094 sbom.cdx.json --data secure.snowguard.gz --key feeds.pub.pem`,
    )
    .action(async (id: string, named: readonly string[], options: FactsOptions & { readonly json?: boolean }) => {
      const { askAffected } = await import('../../app/index.ts');
      const { affectedLines } = await import('../text/affected-lines.ts');
      const known = /^(?:cve|xsp)-/i.test(id) ? id.toUpperCase() : id;
      const affected = await askAffected({ ...factsQuestion(context, options), id: known, named });
      finish(
        affected.answer === 'affected'
          ? exitCodes.negative
          : affected.answer === 'not_looked_at'
            ? exitCodes.failed
            : exitCodes.ok,
      );
      print(context, options.json ?? false, affected, () => affectedLines(affected));
    });
