import { Command, Option } from 'commander';
import {
  type Fingerprint,
  inWords,
  makeCredential,
  type PeopleChange,
  peopleRefusal,
  type Role,
  readFingerprint,
  roles,
} from '../../accounts/index.ts';
import type { Workspace } from '../../app/index.ts';
import { AppError } from '../../foundation/errors.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, type CommandMaker, print } from '../context.ts';
import { approvedBy, decideCommand, waitingLines } from '../second-person.ts';
import { columns } from '../text/columns.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

const matter = { command: 'people', role: 'policy admin' } as const;

interface PeopleOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

interface PersonOptions extends PeopleOptions {
  readonly role?: readonly Role[];
  readonly email?: string;
  readonly identity?: string;
  readonly key?: string;
}

export const peopleCommand: CommandMaker = (context) =>
  new Command('people')
    .summary('who belongs to the house, and what each may do')
    .description(
      'People, their roles and how they are known. The first two policy admins are added by whoever runs the house; from ' +
        'then on every change is proposed by one policy admin and approved by another.',
    )
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Found the house:
  snowguard people add ada --role policy_admin --email ada@example.org      prints her first token, once
  snowguard people add grace --role policy_admin --role reviewer --email grace@example.org

Afterwards a new colleague runs "snowguard token new" and gives the fingerprint it prints to a policy admin:
  snowguard people add alan --role analyst --email alan@example.org --key 0123456789abcdef:…
  snowguard people                                              shows what waits, with its content hash
  snowguard people approve 5f1c…                                another policy admin, after comparing the fingerprint

Roles: ${roles.join(', ')}.`,
    )
    .action((options: PeopleOptions) => list(context, options))
    .addCommand(
      subcommand('list', 'everyone, and what waits for a second policy admin').action((_: unknown, self: Command) =>
        list(context, self.optsWithGlobals<PeopleOptions>()),
      ),
    )
    .addCommand(addCommand(context))
    .addCommand(
      changeCommand('roles', 'give a person these roles and no others')
        .addOption(roleOption())
        .action(proposing(context, (name, { role = [] }) => ({ kind: 'roles', name, roles: role }))),
    )
    .addCommand(
      changeCommand('identity', 'set by which e-mail and sign-in a person is known')
        .addOption(emailOption())
        .addOption(identityOption())
        .action(
          proposing(context, (name, { email = null, identity = null }) => ({
            kind: 'identity',
            name,
            email,
            identity,
          })),
        ),
    )
    .addCommand(
      changeCommand('key', 'give a person who lost theirs a token by its fingerprint')
        .addOption(keyOption().makeOptionMandatory())
        .action(proposing(context, (name, { key = '' }) => ({ kind: 'key', name, key: fingerprint(key) }))),
    )
    .addCommand(
      changeCommand('remove', 'end all that a person may do; the name stays theirs').action(
        proposing(context, (name) => ({ kind: 'remove', name })),
      ),
    )
    .addCommand(
      changeCommand('recover', 'give a policy admin a token when those of all but one have expired').action(
        async (name: string, _: unknown, command: Command) => {
          const options = command.optsWithGlobals<PeopleOptions>();
          await withWorkspace(context, options.workspace, (workspace) => recover(context, workspace, options, name));
        },
      ),
    )
    .addCommand(deciding(context, 'approve', 'sign what another policy admin proposed'))
    .addCommand(deciding(context, 'withdraw', 'stop what was only proposed'));

const roleOption = () =>
  new Option('--role <role>', 'a role; repeat it for several')
    .choices([...roles])
    .argParser((text: string, before: readonly string[] | undefined) => {
      const role = roles.find((each) => each === text);
      if (role !== undefined) return [...(before ?? []), role];
      throw new AppError({ code: 'usage.role', retryable: false }, `${text} is no role`, {
        hint: `The roles are ${roles.join(', ')}.`,
      });
    });
const emailOption = () => new Option('--email <address>', 'the e-mail address: one address, one person');
const identityOption = () =>
  new Option('--identity <issuer-and-subject>', 'at the sign-in service, as "https://id.example.org 1234"');
const keyOption = () =>
  new Option('--key <fingerprint>', 'of the token that the person made with "snowguard token new"');

function addCommand(context: CliContext): Command {
  return changeCommand('add', 'add a person')
    .addOption(roleOption())
    .addOption(emailOption())
    .addOption(identityOption())
    .addOption(keyOption())
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<PersonOptions>();
      const { role = [], email = null, identity = null } = options;
      const key = options.key === undefined ? null : fingerprint(options.key);
      await withWorkspace(context, options.workspace, async (workspace) => {
        const admins = (await workspace.accounts.people.people()).filter(
          (person) => person.removedAt === null && person.roles.includes('policy_admin'),
        );
        const person = { name, roles: role, email, identity };
        if (admins.length < 2) await found(context, workspace, options, { ...person, key });
        else await propose(context, workspace, options, { kind: 'add', ...person, key });
      });
    });
}

async function found(
  context: CliContext,
  { accounts, clock, context: walk }: Workspace,
  options: PeopleOptions,
  person: Omit<Extract<PeopleChange, { kind: 'add' }>, 'kind'>,
): Promise<void> {
  const made = makeCredential('sg', walk.random);
  const key = person.key ?? { id: made.id, secretHash: made.secretHash };
  const outcome = await accounts.people.found({ founder: { ...person, key }, at: clock.now() });
  if (outcome.kind !== 'done') throw refusal(outcome);
  print(
    context,
    options.json ?? false,
    { person: outcome.person, token: person.key === null ? made.text : null },
    () => [
      `${person.name} is a policy admin of this house.`,
      ...(person.key === null ? ['Their token, shown this once:', `  ${made.text}`] : []),
    ],
  );
}

async function recover(
  context: CliContext,
  { accounts, clock, context: walk }: Workspace,
  options: PeopleOptions,
  name: string,
): Promise<void> {
  const { text, id, secretHash } = makeCredential('sg', walk.random);
  const outcome = await accounts.people.recover({ name, key: { id, secretHash }, at: clock.now() });
  if (outcome.kind !== 'done') throw refusal(outcome);
  print(context, options.json ?? false, { person: outcome.person, token: text }, () => [
    `A new token for ${name}, shown this once:`,
    `  ${text}`,
  ]);
}

function changeCommand(verb: string, summary: string): Command {
  return subcommand(verb, summary).argument('<name>', 'lower case, as it will stand in the journal');
}

function subcommand(verb: string, summary: string): Command {
  return new Command(verb).summary(summary).addOption(workspaceOption()).addOption(jsonOption());
}

function proposing(context: CliContext, changeOf: (name: string, options: PersonOptions) => PeopleChange) {
  return async (name: string, _: unknown, command: Command) => {
    const options = command.optsWithGlobals<PersonOptions>();
    const change = changeOf(name, options);
    await withWorkspace(context, options.workspace, (workspace) => propose(context, workspace, options, change));
  };
}

async function propose(
  context: CliContext,
  workspace: Workspace,
  options: PeopleOptions,
  change: PeopleChange,
): Promise<void> {
  const by = await actingPerson(context, workspace);
  const outcome = await workspace.accounts.people.propose({ change, by, at: context.clock.now() });
  if (outcome.kind !== 'proposed') throw refusal(outcome);
  print(context, options.json ?? false, outcome, () => [
    `Proposed: ${inWords(change)}.`,
    approvedBy(matter, outcome.content),
  ]);
}

function deciding(context: CliContext, verb: 'approve' | 'withdraw', summary: string): Command {
  return decideCommand(context, {
    verb,
    summary,
    waiting: ({ accounts }, at) => accounts.people.proposals(at),
    nothingWaits: () => refusal({ kind: 'refused', why: 'no_proposal' }),
    decide: async ({ workspace, waiting: { content, change }, by, at }) => {
      const value = await workspace.accounts.people[verb]({ content, by, at });
      if (value.kind === 'refused') throw refusal(value);
      return { value, lines: () => [`${verb === 'approve' ? 'Done' : 'Withdrawn'}: ${inWords(change)}.`] };
    },
  });
}

async function list(context: CliContext, options: PeopleOptions): Promise<void> {
  await withWorkspace(context, options.workspace, async ({ accounts, clock }) => {
    const [everyone, proposals] = await Promise.all([accounts.people.people(), accounts.people.proposals(clock.now())]);
    const people = everyone.filter(({ removedAt }) => removedAt === null);
    print(context, options.json ?? false, { items: people, proposals }, () => [
      ...(people.length === 0
        ? ['Nobody belongs to this house yet. Found it: snowguard people add NAME --role policy_admin']
        : columns(people.map((person) => [person.name, person.roles.join(', ') || 'reader', person.email ?? '']))),
      ...proposals.flatMap(({ content, change, proposedBy: by }) =>
        waitingLines(matter, { content, by, says: inWords(change) }),
      ),
    ]);
  });
}

function fingerprint(text: string): Fingerprint {
  const read = readFingerprint(text);
  if (read !== null) return read;
  throw new AppError({ code: 'usage.fingerprint', retryable: false }, 'that is not the fingerprint of a token', {
    hint: 'The person runs "snowguard token new" and sends what it prints: 16 hexadecimal digits, a colon, 64 more.',
  });
}

function refusal(outcome: { readonly kind: string; readonly why?: Parameters<typeof peopleRefusal>[0] }): AppError {
  const { message, hint } = peopleRefusal(outcome.why ?? 'overtaken');
  return new AppError({ code: 'accounts.refused', retryable: false }, message, { hint });
}
