import { Command, Option } from 'commander';
import { type GrantPlace, type GrantRole, grantRoles, type Member } from '../../accounts/index.ts';
import { toIso } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { actingPerson } from '../acting-person.ts';
import { type CliContext, print } from '../context.ts';
import { columns } from '../text/columns.ts';
import { withWorkspace } from '../with-workspace.ts';
import { jsonOption, workspaceOption } from '../workspace-option.ts';

interface MemberOptions {
  readonly workspace?: string;
  readonly json?: boolean;
}

const errors = {
  place: { code: 'usage.flake', retryable: false },
  refused: { code: 'flakes.refused', retryable: false },
} as const;

/** Who was let in. */
export function membersCommand(context: CliContext): Command {
  return new Command('members')
    .summary('who may read and publish the flakes of an organisation')
    .description(
      'People who were let in: a reader sees private flakes, a publisher also uploads, an owner also decides who else may. Whoever has a role in the house reads its own organisation without being named.',
    )
    .argument('<organisation>', 'acme')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (organisation: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<MemberOptions>();
      await withWorkspace(context, options.workspace, async ({ accounts }) => {
        const members = await accounts.grants.members(organisation);
        print(context, options.json ?? false, { items: members.map(memberJson) }, () =>
          members.length === 0
            ? [`Nobody was let into ${organisation}. Let somebody in: snowguard flake allow ${organisation} PERSON`]
            : columns(members.map(({ person, flake, role, grantedBy }) => [person, flake ?? 'all', role, grantedBy])),
        );
      });
    });
}

export function allowCommand(context: CliContext): Command {
  return changing(
    context,
    new Command('allow')
      .summary('let a person read, publish or own a flake, or all of an organisation')
      .addOption(new Option('--role <role>', 'what they may do there').choices([...grantRoles]).default('reader')),
    ({ role }: { readonly role?: GrantRole }) => role ?? 'reader',
  );
}

export function disallowCommand(context: CliContext): Command {
  return changing(context, new Command('disallow').summary('let a person out again'), () => null);
}

function changing(
  context: CliContext,
  command: Command,
  roleOf: (options: { readonly role?: GrantRole }) => GrantRole | null,
): Command {
  return command
    .argument('<place>', 'acme, or one flake: acme/tool')
    .argument('<person>', 'their name in the house')
    .addOption(workspaceOption())
    .addOption(jsonOption())
    .action(async (name: string, person: string) => {
      const options = command.optsWithGlobals<MemberOptions & { readonly role?: GrantRole }>();
      await withWorkspace(context, options.workspace, async (workspace) => {
        const place = placeOf(name);
        const role = roleOf(options);
        const by = await actingPerson(context, workspace);
        const outcome = await workspace.accounts.grants.set({ place, person, role, by, at: context.clock.now() });
        if (outcome.kind === 'refused')
          throw new AppError(errors.refused, outcome.reason, {
            hint: `See them: snowguard flake members ${place.organisation}, snowguard people list`,
          });
        print(context, options.json ?? false, { ...place, person, role, outcome: outcome.kind }, () => [
          `${person} ${role === null ? 'was let out of' : `is ${role} of`} ${name}${outcome.kind === 'unchanged' ? ' (as before)' : ''}`,
        ]);
      });
    });
}

function placeOf(name: string): GrantPlace {
  const [organisation = '', flake, ...more] = name.split('/');
  if (organisation !== '' && flake !== '' && more.length === 0) return { organisation, flake: flake ?? null };
  throw new AppError(errors.place, `${JSON.stringify(name)} is neither an organisation nor a flake`, {
    hint: 'Write acme for all of its flakes, or acme/tool for one.',
  });
}

function memberJson({ person, organisation, flake, role, grantedAt, grantedBy }: Member) {
  return { person, organisation, flake, role, grantedAt: toIso(grantedAt), grantedBy };
}
