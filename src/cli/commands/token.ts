import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import {
  type CreateTokenOutcome,
  makeCredential,
  type Scope,
  scopes,
  type Token,
  writeFingerprint,
} from '../../accounts/index.ts';
import { toIso } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { actingPerson, tokenFile } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { columns } from '../text/columns.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface TokenOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

interface CreateOptions extends TokenOptions {
  readonly label: string;
  readonly scope: readonly Scope[];
  readonly days: string;
  readonly workload?: string;
  readonly organisation?: string;
  readonly flake?: string;
}

export const tokenCommand: CommandMaker = (context) =>
  new Command('token')
    .summary('keys for the command line, Nix, git and robots')
    .description(
      'Tokens say who asks and what they may do. They are shown once and stored as digests; they expire, and can be revoked at once.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  snowguard token new                                          your first one; prints its fingerprint for the policy admins
  snowguard token create --label laptop --scope read --scope act
  snowguard token create --label ci --workload ci --flake secure --scope publish --days 30
  snowguard token list --workloads
  snowguard token revoke 0123456789abcdef

Commands act in the name of whose token is in SNOWGUARD_TOKEN, or in ${tokenFile({ HOME: '~' })}.
Nix sends one from netrc: machine HOST login token password sg_…`,
    )
    .addCommand(newCommand(context))
    .addCommand(createCommand(context))
    .addCommand(listCommand(context))
    .addCommand(revokeCommand(context));

function newCommand(context: CliContext): Command {
  return new Command('new')
    .summary('make a token here and print its fingerprint')
    .description(
      'Writes a new token into your token file and prints its fingerprint, which two policy admins then admit. Nobody but you ever holds the token.',
    )
    .addOption(new Option('--force', 'replace the token that is there'))
    .addOption(jsonOption())
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<TokenOptions & { readonly force?: boolean }>();
      const file = tokenFile(context.environment);
      const made = makeCredential('sg', (size) => new Uint8Array(randomBytes(size)));
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(file, `${made.text}\n`, { mode: 0o600, flag: options.force === true ? 'w' : 'wx' }).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error;
          throw new AppError({ code: 'accounts.token-there', retryable: false }, `${file} holds a token already`, {
            hint: 'Keep it, or replace it with --force; the old one stays good until it is revoked.',
          });
        },
      );
      const fingerprint = writeFingerprint(made);
      print(context, options.json ?? false, { file, fingerprint }, () => [
        `Your token lies in ${file}. It is good as soon as two policy admins have admitted its fingerprint:`,
        `  ${fingerprint}`,
      ]);
    });
}

function createCommand(context: CliContext): Command {
  return new Command('create')
    .summary('make a token for yourself, or for a robot')
    .requiredOption('--label <text>', 'what it is for')
    .addOption(
      new Option('--scope <scope>', `what it may do; repeat it for several: ${scopes.join(', ')}`)
        .makeOptionMandatory()
        .argParser((text: string, before: readonly Scope[] | undefined) => [...(before ?? []), scopeNamed(text)]),
    )
    .addOption(new Option('--days <count>', 'how long it lasts, at most 366').default('90'))
    .addOption(new Option('--workload <name>', 'for this robot, not for you; policy admins only'))
    .addOption(new Option('--organisation <name>', 'whose flakes the robot works on; by default ours'))
    .addOption(new Option('--flake <name>', 'the one flake the robot works on; by default all'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CreateOptions>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const by = await actingPerson(context, workspace);
        const outcome = await workspace.accounts.tokens.create({
          holder:
            options.workload === undefined
              ? { kind: 'person', name: by.name }
              : {
                  kind: 'workload',
                  name: options.workload,
                  organisation: options.organisation ?? workspace.configuration.organisation,
                  flake: options.flake ?? null,
                },
          label: options.label,
          scopes: options.scope,
          lifetimeMs: Number(options.days) * 86_400_000,
          by,
          at: context.clock.now(),
        });
        if (outcome.kind === 'refused') throw refusal(outcome.why);
        const { token, text } = outcome;
        print(context, options.json ?? false, { ...token, token: text }, () => [text]);
        if (options.json !== true)
          context.stderr.write(`${token.id}: ${token.scopes.join(', ')}, until ${toIso(token.expiresAt)}.\n`);
      });
    });
}

function listCommand(context: CliContext): Command {
  return new Command('list')
    .summary('your tokens, or those of robots')
    .addOption(new Option('--workloads', 'those of robots'))
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<TokenOptions & { readonly workloads?: boolean }>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const by = await actingPerson(context, workspace);
        const holder = options.workloads === true ? 'workloads' : { person: by.name };
        const items = await workspace.accounts.tokens.tokensOf(holder);
        print(context, options.json ?? false, { items }, () =>
          items.length === 0
            ? ['There is none yet. Make one: snowguard token create --label laptop --scope read']
            : columns(items.map((token) => tokenCells(token, context.clock.now()))),
        );
      });
    });
}

function revokeCommand(context: CliContext): Command {
  return new Command('revoke')
    .summary('end a token at once')
    .argument('<id>', 'the 16 hexadecimal digits after sg_')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (given: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<TokenOptions>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const by = await actingPerson(context, workspace);
        const id = /^(?:sg_)?([0-9a-f]{16})/.exec(given)?.[1] ?? given;
        const outcome = await workspace.accounts.tokens.revoke({ id, by, at: context.clock.now() });
        if (outcome === 'no_such_token')
          throw new AppError({ code: 'accounts.no-such-token', retryable: false }, `you have no token ${id}`, {
            hint: 'See yours: snowguard token list. Those of others are revoked by a policy admin.',
          });
        print(context, options.json ?? false, { id, revoked: true }, () => [`Revoked: ${id}.`]);
      });
    });
}

function tokenCells({ id, label, holder, scopes: able, expiresAt, revokedAt, lastUsedAt }: Token, now: number) {
  const state = revokedAt === null ? (expiresAt > now ? 'until' : 'expired') : 'revoked';
  return [
    id,
    holder.kind === 'person' ? label : `${holder.name} (${holder.organisation}/${holder.flake ?? '*'}): ${label}`,
    able.join(','),
    `${state} ${toIso(revokedAt ?? expiresAt)}`,
    lastUsedAt === null ? 'never used' : `used ${toIso(lastUsedAt)}`,
  ];
}

function scopeNamed(text: string): Scope {
  const scope = scopes.find((each) => each === text);
  if (scope !== undefined) return scope;
  throw new AppError({ code: 'usage.scope', retryable: false }, `${text} is no scope`, {
    hint: `The scopes are ${scopes.join(', ')}.`,
  });
}

function refusal(why: Extract<CreateTokenOutcome, { kind: 'refused' }>['why']): AppError {
  const words = {
    not_a_person: ['you do not belong to this house any more', 'Ask a policy admin.'],
    role_missing: [
      'only a policy admin makes tokens for robots',
      'A customer admin makes them with the scope "read" only.',
    ],
    other_person: ['nobody makes a token for another person', 'They make their own: snowguard token new'],
    bad_label: ['the label is empty or longer than 100 characters', 'Say what the token is for.'],
    bad_workload: ['the name of a robot has lower-case letters, digits, dots and dashes', 'For example: --workload ci'],
    no_scope: ['the token could do nothing', 'Add --scope read.'],
    scope_not_for_workloads: ['a robot cannot act: decisions are people’s', 'Leave "--scope act" out.'],
    bad_lifetime: ['a token lasts from 1 to 366 days', 'For example: --days 90'],
  } as const;
  const [message, hint] = words[why];
  return new AppError({ code: 'accounts.refused', retryable: false }, message, { hint });
}
