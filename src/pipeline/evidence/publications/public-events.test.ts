import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JournalEvent } from '../../../journal/index.ts';
import { publicEvents } from './public-events.ts';

const release = { uuid: 'u1', channel: 'rolling', version: '0.1.7', revision: 'a'.repeat(40), publishedAt: 9 };

const event = (kind: string, payload: JournalEvent['payload'] = {}, actor = 'Ada'): JournalEvent => ({
  sequence: 1,
  at: 5,
  kind: `finding.${kind}`,
  subject: '1',
  actor,
  payload: { findingId: '1', channel: 'rolling', ...payload },
});
const told = (...events: readonly JournalEvent[]) =>
  publicEvents(events, (uuid) => (uuid === release.uuid ? release : null)).map(({ at: _, line: __, ...said }) => said);

const verdict = { reason: 'build-option-off', statement: 'Built without it.', evidence: 'https://e.example/1' };

test.each([
  [event('opened', { version: '1.0' }, 'robot'), [{ type: 'detected', version: '1.0' }]],
  [event('claimed', { fromStage: 'matched', toStage: 'triaging' }), [{ type: 'under_investigation' }]],
  // Somebody else takes over what is being fixed.
  [event('claimed', { until: 7 }), []],
  [event('affected', { mitigation: 'none known' }), [{ type: 'affected', mitigation: 'none known' }]],
  [
    event('verdict-approved', { ...verdict, status: 'not_affected', justification: 'vulnerable_code_not_present' }),
    [{ type: 'not_affected', ...verdict, justification: 'vulnerable_code_not_present' }],
  ],
  [
    event('verdict-approved', { ...verdict, status: 'fixed', justification: null }),
    [{ type: 'fixed', version: null, release: null, systems: [] }],
  ],
  [
    event('upstream-reported', { link: 'https://e.example/2' }),
    [{ type: 'pending_upstream', link: 'https://e.example/2' }],
  ],
  [event('fix-started', { how: 'patch' }), [{ type: 'fix_in_progress', target: null }]],
  [event('fixed', { version: '1.1' }, 'robot'), [{ type: 'fix_in_progress', target: '1.1' }]],
  [
    event('released', { releaseUuid: 'u1', fixedVersion: '1.1' }, 'robot'),
    [{ type: 'fixed', version: '1.1', release, systems: [] }],
  ],
  // A release that not everybody may see is not named.
  [
    event('released', { releaseUuid: 'u2', fixedVersion: '1.1' }),
    [{ type: 'fixed', version: '1.1', release: null, systems: [] }],
  ],
  [
    event('cached', { systems: ['x86_64-linux', 7] }, 'robot'),
    [{ type: 'fixed', version: null, release: null, systems: ['x86_64-linux'] }],
  ],
  [event('risk-accepted', { reason: 'unused', until: 9 }), [{ type: 'fix_not_planned', reason: 'unused', until: 9 }]],
  [event('rerated', { from: 'low', to: 'high' }, 'robot'), [{ type: 'severity_changed', from: 'low', to: 'high' }]],
  [event('exploited', { since: 4 }, 'robot'), [{ type: 'exploitation_known', since: 4 }]],
  [event('cleared', {}, 'robot'), [{ type: 'corrected', reason: 'no source names this version any more' }]],
  [
    event('reopened', { reason: 'the patch was lost' }),
    [{ type: 'corrected', reason: 'the patch was lost' }, { type: 'under_investigation' }],
  ],
  [event('retracted', { reason: 'rejected' }), [{ type: 'withdrawn', reason: 'rejected' }]],
  [event('verdict-proposed', verdict), []],
  [event('unclaimed', { claimedBy: 'Ada' }), []],
  [event('down-requested', { reason: 'not public' }), []],
])('%j', (given, expected) => {
  expect(told(given)).toEqual(expected);
});

const triaging = { fromStage: 'matched', toStage: 'triaging' };

test('to claim it again says nothing new, unless something else was said in between', () => {
  const claims = [event('claimed', triaging), event('unclaimed'), event('claimed', triaging)];
  expect(told(...claims)).toEqual([{ type: 'under_investigation' }]);
  expect(told(...claims, event('claimed', { ...triaging, channel: '26.11' }))).toHaveLength(2);
  expect(
    told(event('claimed', triaging), event('affected'), event('determination-withdrawn', { reason: 'r' })).at(-1),
  ).toEqual({
    type: 'under_investigation',
  });
});

test('who promised a day is held to it', () => {
  expect(told(event('affected', { targetAt: Date.UTC(2027, 3, 2) }), event('fix-started')).at(-1)).toEqual({
    type: 'fix_in_progress',
    target: '2027-04-02',
  });
});

test('what was told stays, whatever comes after; and no name of a person is told', () => {
  const any = fc.record({
    kind: fc.constantFrom('opened', 'claimed', 'affected', 'fixed', 'released', 'reopened', 'retracted', 'rerated'),
    payload: fc.dictionary(
      fc.constantFrom('version', 'toStage', 'reason', 'claimedBy'),
      fc.oneof(fc.constant('triaging'), fc.integer()),
    ),
    actor: fc.constantFrom('Ada Lovelace', 'robot'),
  });
  fc.assert(
    fc.property(fc.array(any), fc.array(any), (first, more) => {
      const [before, all] = [first, [...first, ...more]].map((events) =>
        told(...events.map(({ kind, payload, actor }) => event(kind, payload, actor))),
      );
      expect(all?.slice(0, before?.length)).toEqual(before);
      expect(JSON.stringify(all)).not.toContain('Lovelace');
    }),
  );
});
