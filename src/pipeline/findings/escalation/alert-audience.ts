import type { PlannedAlert } from '../sla/plan-alerts.ts';

/** Who hears of an alert, and whether somebody is called until one answers. */
export interface Audience {
  readonly roles: readonly ('analyst' | 'security_lead')[];
  readonly page: boolean;
  readonly isBreach: boolean;
}

const hourMs = 3_600_000;

/** SLA-40: half of the time is a status check, three quarters go to the lead too, nine tenths call, all of it is a breach. */
export function audienceOf({ fraction, beforeDueMs }: PlannedAlert): Audience {
  const used = fraction ?? 0;
  const left = beforeDueMs ?? Number.POSITIVE_INFINITY;
  const isBreach = used >= 1;
  const page = used >= 0.9 || left <= 2 * hourMs;
  const toLead = page || used >= 0.75 || left <= 6 * hourMs;
  return { roles: toLead ? ['analyst', 'security_lead'] : ['analyst'], page, isBreach };
}
