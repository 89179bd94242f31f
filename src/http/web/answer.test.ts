import { expect, test } from 'vitest';
import { advisory, finding, match, now, row } from '../testing.ts';
import { answerOf } from './answer.ts';

const id = 'CVE-2024-6387';
const base = {
  advisory: advisory(id),
  matches: [],
  findings: [],
  coveredPackages: 30,
  feedsSyncedAt: now,
  staleSince: null,
};
const open = row(finding(id, 'openssh'));
const investigated = row(finding(id, 'dropbear', { state: 'under_investigation' }));
const onChannel = row(finding(id, 'openssh', { state: 'fixed', fixedVersion: '9.8p1' }));
const released = row(finding(id, 'openssh', { state: 'fixed', fixedVersion: '9.8p1', releasedAt: now }));
const cleared = row(finding(id, 'openssh', { state: 'not_affected' }));

test.each([
  ['an open finding', { findings: [open] }, 'affected'],
  ['a fix that no release carries yet', { findings: [onChannel] }, 'affected'],
  ['a released fix', { findings: [released] }, 'fixed'],
  ['the worst of several decides', { findings: [released, investigated] }, 'under_investigation'],
  ['open beats doubt', { findings: [investigated, open, cleared] }, 'affected'],
  ['a verdict', { findings: [cleared] }, 'not_affected'],
  ['a match without a finding', { matches: [match(id, 'openssh', { status: 'fixed' })] }, 'fixed'],
  ['a finding speaks before its match', { findings: [cleared], matches: [match(id, 'openssh')] }, 'not_affected'],
  ['known, and nothing carried is named', {}, 'not_affected'],
  ['withdrawn', { advisory: advisory(id, { state: 'withdrawn' }) }, 'not_affected'],
  ['unknown to every feed', { advisory: null }, 'unknown'],
  ['no feed read yet: silence is no answer', { feedsSyncedAt: null, staleSince: null }, 'unknown'],
  ['nothing covered: silence is no answer', { coveredPackages: 0 }, 'unknown'],
  ['no feed read for days: silence is no answer', { staleSince: now }, 'unknown'],
  ['a verdict holds, whenever the feeds were read', { findings: [cleared], staleSince: now }, 'not_affected'],
])('%s', (_name, given, kind) => {
  expect(answerOf(id, { ...base, ...given }).kind).toBe(kind);
});

test('says where the fix is, and lists the worst first', () => {
  expect(answerOf(id, { ...base, findings: [onChannel] }).advice).toBe(
    'openssh: the fix is made and waits for the next release.',
  );
  expect(answerOf(id, { ...base, findings: [cleared, investigated] }).lines.map((line) => line.attr)).toEqual([
    'dropbear',
    'openssh',
  ]);
});
