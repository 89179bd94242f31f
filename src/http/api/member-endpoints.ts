import { z } from 'zod';
import { type GrantStore, grantRoles, type Person } from '../../accounts/index.ts';
import { type Clock, toIso } from '../../foundation/clock.ts';
import { jsonOrNull } from '../../foundation/json.ts';
import { membersSeenBy } from '../members-seen.ts';
import { problems } from '../problem.ts';
import { type Endpoint, endpoint } from './endpoint.ts';

const path = '/api/v1/organisations/{organisation}/members';
const none = z.object({});
const memberSchema = z
  .object({
    person: z.string(),
    flake: z.string().nullable().describe('Null: every flake of the organisation'),
    role: z.enum(grantRoles),
    grantedAt: z.iso.datetime({ offset: true }),
    grantedBy: z.string(),
  })
  .meta({ id: 'Member' });
const response = z.object({ items: z.array(memberSchema) });
const Change = z.strictObject({
  person: z.string().trim().min(1).max(100),
  flake: z.string().trim().min(1).max(200).nullable().default(null),
  role: z.enum(grantRoles).nullable(),
});

/** Who was let into an organisation, read and changed by its owners. */
export function memberEndpoints({
  grants,
  clock,
}: {
  readonly grants: GrantStore;
  readonly clock: Clock;
}): readonly Endpoint[] {
  const membersFor = async (person: Person | null, organisation: string) => {
    const members = person === null ? null : await membersSeenBy(grants, person, organisation);
    if (members === null) return { problem: problems.notFound('There is nothing at this address for you.') };
    return {
      items: members.map(({ person: name, flake, role, grantedAt, grantedBy }) => ({
        person: name,
        flake,
        role,
        grantedAt: toIso(grantedAt),
        grantedBy,
      })),
    };
  };
  return [
    endpoint({
      path,
      id: 'listMembers',
      summary: 'Who may read and publish the flakes of an organisation, for its owners',
      query: none,
      response,
      handle: ({ params: { organisation = '' }, person }) => membersFor(person, organisation),
    }),
    endpoint({
      method: 'post',
      path,
      id: 'setMember',
      summary: 'Let a person in: {person, flake or null, role}; role null lets them out',
      query: none,
      response,
      maxBodyBytes: 10_000,
      handle: async ({ params: { organisation = '' }, body, person }) => {
        const seen = await membersFor(person, organisation);
        if ('problem' in seen || person === null) return seen;
        const change = Change.safeParse(jsonOrNull(body));
        if (!change.success)
          return { problem: problems.badRequest('The body is {"person": …, "flake": … or null, "role": … or null}.') };
        const { flake, role } = change.data;
        const place = { organisation, flake };
        const outcome = await grants.set({ place, person: change.data.person, role, by: person, at: clock.now() });
        if (outcome.kind === 'refused') return { problem: problems.badRequest(`${outcome.reason}.`) };
        return membersFor(person, organisation);
      },
    }),
  ];
}
