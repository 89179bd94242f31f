import type { Review } from '../pipeline/changes/index.ts';
import { reviewRecords } from '../pipeline/evidence/index.ts';
import type { Workspace } from './open-workspace.ts';
import { exportKey } from './signing-keys.ts';

const together = 500;

/** Every review as a signed record, oldest first. */
export async function exportReviews(
  { context, folder, clock }: Workspace,
  channel: string | null,
): Promise<readonly string[]> {
  const { reviews } = context;
  const newestFirst: Review[] = [];
  for (let before: string | null = null; ; before = newestFirst.at(-1)?.id ?? null) {
    const page: readonly Review[] = await reviews.list({ channel, state: null, before, limit: together });
    newestFirst.push(...page);
    if (page.length < together) break;
  }
  const acted = [];
  for (const review of newestFirst.reverse()) acted.push({ review, acts: await reviews.actsOf(review.id) });
  return reviewRecords({ reviews: acted, key: await exportKey(folder), at: clock.now() });
}
