import { createInterface } from 'node:readline/promises';
import { text as readAll } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import type { FileChange } from '../../app/client-login/index.ts';
import { AppError } from '../../foundation/errors.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { serverOf } from '../flake-options.ts';
import { differenceLines } from '../text/difference-lines.ts';
import { jsonOption } from '../workspace-option.ts';

interface LoginOptions {
  readonly yes?: boolean;
  readonly print?: boolean;
  readonly json?: boolean;
}

export const loginCommand: CommandMaker = (context, finish) =>
  new Command('login')
    .summary('sign my Nix in to a server: password, cache and its keys')
    .description(
      'Keeps a token of the server where Nix looks for it (netrc), and adds the cache of the server with its public keys to nix.conf. Shows every line first and asks; everything else in the files stays as it is. The token is read from SNOWGUARD_TOKEN, else asked for.',
    )
    .argument('[server]', 'the address, https://sets.example.com (default: SNOWGUARD_SERVER)')
    .option('-y, --yes', 'do not ask')
    .addOption(new Option('--print', 'only show what would be written').conflicts('yes'))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Writes $XDG_CONFIG_HOME/nix/netrc (or the netrc-file that nix.conf names) and $XDG_CONFIG_HOME/nix/nix.conf, readable
by you alone. Where Nix runs as a daemon, it takes the cache from these files only from trusted users: an administrator
puts the same lines into /etc/nix/nix.conf.

A token is made on the page /token/create of the server. "snowguard logout" undoes all of it.

Examples:
  snowguard login https://sets.example.com
  SNOWGUARD_TOKEN=… snowguard login https://sets.example.com --yes     in a pipeline`,
    )
    .action(async (named: string | undefined, options: LoginOptions) => {
      const { loginChanges, whoAmI } = await import('../../app/client-login/index.ts');
      const server = await serverOf(context, addressOf(named));
      const token = await askToken(context, server);
      const { signal, environment } = context;
      const known = await whoAmI({ server, token, signal });
      const changes = await loginChanges({ server, token, environment, signal });
      context.stderr.write(`Signed in as ${known.name} until ${known.expiresAt.slice(0, 10)}.\n`);
      const isWritten = await confirmed(context, changes, options);
      if (!isWritten && options.print !== true) finish(exitCodes.negative);
      print(context, options.json ?? false, { ...known, files: changes.map(({ file }) => file), isWritten }, () =>
        changes.length === 0
          ? ['All of it is there already.']
          : isWritten
            ? changes.map(({ file }) => `Wrote ${file}`)
            : [],
      );
    });

export const logoutCommand: CommandMaker = (context, finish) =>
  new Command('logout')
    .summary('undo what login wrote')
    .description(
      'Takes the password of the server, its cache and its keys out of netrc and nix.conf, and nothing else.',
    )
    .argument('[server]', 'the address (default: SNOWGUARD_SERVER)')
    .option('-y, --yes', 'do not ask')
    .addOption(new Option('--print', 'only show what would be written').conflicts('yes'))
    .addOption(jsonOption())
    .action(async (named: string | undefined, options: LoginOptions) => {
      const { logoutChanges } = await import('../../app/client-login/index.ts');
      const server = await serverOf(context, addressOf(named));
      const { signal, environment } = context;
      const changes = await logoutChanges({ server, environment, signal });
      const isWritten = await confirmed(context, changes, options);
      if (!isWritten && changes.length > 0 && options.print !== true) finish(exitCodes.negative);
      print(context, options.json ?? false, { server, files: changes.map(({ file }) => file), isWritten }, () =>
        changes.length === 0
          ? ['Nothing of it is there.']
          : isWritten
            ? changes.map(({ file }) => `Wrote ${file}`)
            : [],
      );
    });

/** `sets.example.com` is meant as https. */
function addressOf(named: string | undefined): string | undefined {
  return named === undefined || /^[a-z]+:\/\//i.test(named) ? named : `https://${named}`;
}

async function askToken(context: CliContext, server: string): Promise<string> {
  const said = context.environment.SNOWGUARD_TOKEN?.trim();
  if (said) return said;
  if (process.stdin.isTTY === true) {
    context.stderr.write(`Make a token: ${server}/token/create\n`);
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return checked(await lines.question('Token: ', { signal: context.signal }));
    } finally {
      lines.close();
    }
  }
  return checked(await readAll(process.stdin));
}

function checked(text: string): string {
  const token = text.trim();
  if (/^\S{1,500}$/.test(token)) return token;
  throw new AppError({ code: 'usage.token', retryable: false }, 'that is no token', {
    hint: 'Set it in SNOWGUARD_TOKEN, or give it on the standard input.',
  });
}

/** Shows the difference; writes after a yes. */
async function confirmed(context: CliContext, changes: readonly FileChange[], options: LoginOptions): Promise<boolean> {
  for (const { file, before, after } of changes)
    for (const line of differenceLines(file, before, after)) context.stderr.write(`${line}\n`);
  if (options.print === true || changes.length === 0) return false;
  if (options.yes !== true && !(await saysYes(context))) return false;
  const { writeChanges } = await import('../../app/client-login/index.ts');
  await writeChanges(changes);
  return true;
}

async function saysYes(context: CliContext): Promise<boolean> {
  if (process.stdin.isTTY !== true)
    throw new AppError({ code: 'usage.confirm', retryable: false }, 'nobody is there to be asked', {
      hint: 'Say yes beforehand with --yes, or look only with --print.',
    });
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await lines.question('Write this? [y/N] ', { signal: context.signal })).trim());
  } finally {
    lines.close();
  }
}
