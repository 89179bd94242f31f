import type { Person, Role } from '../accounts/index.ts';
import type { StoredSubscription } from '../pipeline/alerts/index.ts';

/** Who may stop what others subscribed to. */
const keepers: readonly Role[] = ['policy_admin', 'duty_officer', 'security_lead'];

/** Whether a person may stop a subscription, or have its address asked again. */
export function mayEnd(person: Person | null, { subscription }: StoredSubscription): boolean {
  if (person === null) return false;
  return person.name === subscription.subscriber || keepers.some((role) => person.roles.includes(role));
}
