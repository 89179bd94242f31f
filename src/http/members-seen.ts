import type { GrantStore, Member, Person } from '../accounts/index.ts';

/** The members of an organisation at places where this person decides; null where they decide nowhere in it. */
export async function membersSeenBy(
  grants: Pick<GrantStore, 'members' | 'decides'>,
  person: Person,
  organisation: string,
): Promise<readonly Member[] | null> {
  const members = await grants.members(organisation);
  if (await grants.decides(person, { organisation, flake: null })) return members;
  const seen = await Promise.all(members.map((member) => grants.decides(person, member)));
  const own = members.filter((_, index) => seen[index]);
  return own.length === 0 ? null : own;
}
