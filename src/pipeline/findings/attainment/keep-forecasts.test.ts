import { describe, expect, test } from 'vitest';
import { eventsOfKinds } from '../../../journal/index.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import {
  createAttainmentStore,
  createEscalationStore,
  createFindingStore,
  defaultPolicyText,
  parsePolicy,
} from '../index.ts';
import type { StoreTables } from '../tables.ts';
import { advisory, day, disclosed, match } from '../testing.ts';

const policies = async () => [parsePolicy(defaultPolicyText)];
const ids = Array.from({ length: 6 }, (_, index) => `CVE-2027-${index + 1}`);

describe.each(await databasesForTests())('kept forecasts on $name', (engine) => {
  test('a case that is likely late is at risk long before; forecasts are held against how it came', async () => {
    const db = await engine.open<StoreTables>();
    let now = disclosed;
    const clock = { now: () => now };
    const store = createFindingStore({ db, policies, clock });
    const attainment = createAttainmentStore({ db, clock });
    const escalation = createEscalationStore({ db, clock, people: async () => null, policies });
    const look = (id: string, attr: string, status: 'affected' | 'fixed') =>
      store.update({
        channel: 'rolling',
        scope: { kind: 'packages', attrs: [attr] },
        matches: [match(id, attr, { status, version: status === 'fixed' ? '1.1' : '1.0' })],
        advisories: new Map([[id, advisory(id)]]),
        packages: new Map([
          [attr, { version: status === 'fixed' ? '1.1' : '1.0', coveredSince: now, shippedSince: null }],
        ]),
        at: now,
      });
    const release = async () =>
      store.markReleased({
        channel: 'rolling',
        releaseUuid: `u${now}`,
        version: '0.1.1',
        fixes: await store.fixesAwaitingRelease('rolling'),
        at: now,
      });
    /** Each is opened, fixed ten days later and released with that: three days too late. */
    for (const id of ids) {
      await look(id, id, 'affected');
      await escalation.tick();
      now += 10 * day;
      await look(id, id, 'fixed');
      await release();
      await escalation.tick();
    }
    await look('CVE-2027-9', 'curl', 'affected');
    const state = async () => (await store.byPackage('curl'))[0]?.deadlines.state;
    expect(await state()).toBe('running');
    await escalation.tick();
    await escalation.tick();
    expect(await state()).toBe('at_risk');
    expect((await store.promiseLines(['rolling']))[0]).toMatchObject({ band: 'critical', atRisk: 1, breached: 0 });
    const told = (await eventsOfKinds(db, ['sla.forecast_late'])).filter(({ payload }) => payload.attr === 'curl');
    expect(told).toMatchObject([{ payload: { doneBy: now + 10 * day, dueAt: now + 7 * day } }]);
    const { items, scores } = await attainment.forecast(7 * day);
    expect(items).toMatchObject([
      {
        name: { attr: 'curl' },
        stages: [
          { stage: 'fix', alike: 'severity' },
          { stage: 'release', alike: 'severity' },
        ],
        verdict: 'likely late',
      },
    ]);
    // Nothing was foreseen of the first; then ten days were, and came true.
    expect(scores.reduce((sum, { ended }) => sum + ended, 0)).toBe(ids.length - 1);
    expect(scores.every(({ ended, byThen }) => ended === byThen)).toBe(true);
    now += day;
    await look('CVE-2027-9', 'curl', 'fixed');
    await release();
    expect(await state()).toBe('met');
  });
});
