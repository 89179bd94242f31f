import { Command, Option } from 'commander';
import { type CliContext, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { columns } from '../text/columns.ts';
import { jsonOption } from '../workspace-option.ts';

export function verifyCommand(context: CliContext, finish: (status: number) => void): Command {
  return new Command('verify')
    .summary('check a release with nothing but the public key')
    .description(
      'Reads the tarball and its signed statement and checks the signature, the bytes, the tree that Nix will find, the address, and who approved that tree. Needs no workspace and trusts nothing the server says. Exit status 1 when something does not hold.',
    )
    .argument('<tarball>', 'a pinned address, a range such as https://host/f/acme/secure/0, or a file')
    .requiredOption('--key <file>', 'the public key, PEM: get it once and compare it, from /keys/releases.pem')
    .addOption(new Option('--statement <file>', 'the statement; by default from the server of the tarball'))
    .addOption(new Option('--require-approval', 'fail unless two people approved the tree, or nothing covered changed'))
    .addOption(jsonOption())
    .action(async (tarball: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<{
        key: string;
        statement?: string;
        requireApproval?: boolean;
        json?: boolean;
      }>();
      const { readPublicKey, verifyRelease } = await import('../../app/index.ts');
      const verified = await verifyRelease({
        tarball,
        statement: options.statement ?? null,
        key: await readPublicKey(options.key),
        requireApproval: options.requireApproval ?? false,
        signal: context.signal,
      });
      print(context, options.json ?? false, verified, () => [
        ...columns(verified.checks.map(({ name, holds, says }) => [holds ? 'ok' : 'NOT OK', name, says])),
        verified.holds ? 'The release is what it says.' : 'Do not use it.',
      ]);
      finish(verified.holds ? exitCodes.ok : exitCodes.negative);
    });
}
