import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Role } from '../../../accounts/index.ts';
import type { HitSeverity } from '../detectors/detector.ts';
import { decisionOf } from './decide.ts';
import type { Examination, ReviewAct, ReviewClass } from './model.ts';

const now = 1_000_000_000;
const hour = 3_600_000;

function examination(worst: HitSeverity | null = null, given: ReviewClass = 'people'): Examination {
  return {
    class: given,
    hits:
      worst === null ? [] : [{ detector: 'D01', title: 't', attr: 'tool', systems: [], says: 's', severity: worst }],
    notExamined: [],
    proof: { systems: [], before: 'a', after: 'b', evaluator: 'nix' },
    packages: [],
    vulnerabilities: { resolved: [], opened: [] },
    commits: [],
    commitCount: 0,
  };
}

function act(kind: ReviewAct['kind'], by: string, given: Partial<ReviewAct> = {}): ReviewAct {
  return { kind, by, roles: ['reviewer'], treeId: 'tree', reason: 'looked', at: now, until: null, ...given };
}

const decide = (acts: readonly ReviewAct[], worst: HitSeverity | null = null, at = now) =>
  decisionOf({ treeId: 'tree', author: 'robot', examination: examination(worst) }, acts, at);
const lead: readonly Role[] = ['reviewer', 'security_lead'];

describe('what a review still lacks', () => {
  test.each([
    ['nobody looked', [], null, ['two-reviewers']],
    ['one did', [act('approved', 'ada')], null, ['second-reviewer']],
    ['the same one twice', [act('approved', 'ada'), act('approved', 'ada')], null, ['second-reviewer']],
    [
      'one took it back',
      [act('approved', 'ada'), act('approved', 'ben'), act('withdrawn', 'ada')],
      null,
      ['second-reviewer'],
    ],
    [
      'on another tree',
      [act('approved', 'ada'), act('approved', 'ben', { treeId: 'other' })],
      null,
      ['second-reviewer'],
    ],
    [
      'without the role',
      [act('approved', 'ada'), act('approved', 'ben', { roles: ['analyst'] })],
      null,
      ['second-reviewer'],
    ],
    ['a robot', [act('approved', 'ada'), act('approved', 'robot')], null, ['second-reviewer']],
    [
      'critical without a lead',
      [act('approved', 'ada'), act('approved', 'ben')],
      'critical' as const,
      ['security-lead'],
    ],
    [
      'critical without a reason',
      [act('approved', 'ada', { roles: lead, reason: ' ' }), act('approved', 'ben')],
      'critical' as const,
      ['reason'],
    ],
    [
      'high without a reason',
      [act('approved', 'ada', { reason: '' }), act('approved', 'ben')],
      'high' as const,
      ['reason'],
    ],
  ])('%s', (_, acts, worst, lacks) => {
    expect(decide(acts, worst)).toEqual({ kind: 'waiting', lacks });
  });
});

describe('a failed gate', () => {
  const failed = { ...examination(), gates: [{ name: 'builds', outcome: 'failed', says: 'no' }] } as const;
  const gated = (acts: readonly ReviewAct[]) =>
    decisionOf({ treeId: 'tree', author: 'robot', examination: failed }, acts, now);
  test('keeps out what two people approve', () => {
    expect(gated([act('approved', 'ada'), act('approved', 'ben')])).toEqual({ kind: 'waiting', lacks: ['gates'] });
  });
  test('is overruled by one who leads security and says why, beside another', () => {
    const led = act('approved', 'ben', { roles: lead });
    expect(gated([act('approved', 'ada'), led]).kind).toBe('accepted');
    expect(gated([act('approved', 'ada'), { ...led, reason: ' ' }])).toEqual({ kind: 'waiting', lacks: ['gates'] });
    expect(gated([led])).toEqual({ kind: 'waiting', lacks: ['second-reviewer'] });
  });
  test('one that could not run keeps nothing out', () => {
    const blind = { ...failed, gates: [{ name: 'builds', outcome: 'not-run', says: 'no Nix' }] } as const;
    const acts = [act('approved', 'ada'), act('approved', 'ben')];
    expect(decisionOf({ treeId: 'tree', author: 'robot', examination: blind }, acts, now).kind).toBe('accepted');
  });
  test('never lets in without a lead and a reason, whatever is done in whatever order', () => {
    fc.assert(
      fc.property(fc.array(anyAct(fc.constantFrom('ada', 'ben', 'cy')), { maxLength: 12 }), (acts) => {
        if (gated(acts).kind !== 'accepted') return;
        const vouched = acts.some(
          ({ kind, treeId, roles, reason }) =>
            kind === 'approved' && treeId === 'tree' && roles.includes('security_lead') && reason !== '',
        );
        expect(vouched).toBe(true);
      }),
    );
  });
});

describe('what two people approved with the same patches elsewhere (REV-11)', () => {
  const carried = [act('carried', 'ada'), act('carried', 'ben')];
  test('wants that of somebody else than who brings it', () => {
    const brought = (acts: readonly ReviewAct[], given: Partial<Examination> = {}) =>
      decisionOf({ treeId: 'tree', author: 'cy', examination: { ...examination(), ...given } }, acts, now);
    expect(brought([...carried, act('approved', 'cy')])).toEqual({ kind: 'waiting', lacks: ['second-reviewer'] });
    expect(brought([...carried, act('approved', 'ada')]).kind).toBe('accepted');
    expect(brought([...carried, act('approved', 'cy'), act('approved', 'ada')]).kind).toBe('accepted');
    // What lies under the patches was not approved: they are not all that comes in.
    const acts = [...carried, act('approved', 'ada')];
    expect(brought(acts, { since: 'older' })).toEqual({ kind: 'waiting', lacks: ['second-reviewer'] });
  });
  test('wants one look at how it fits here', () => {
    expect(decide(carried)).toEqual({ kind: 'waiting', lacks: ['second-reviewer'] });
    expect(decide([...carried, act('approved', 'cy')])).toEqual({ kind: 'accepted', by: ['cy', 'ada', 'ben'] });
  });
  test.each([
    ['was approved by one only', [act('carried', 'ada')], null],
    ['was for another tree', carried.map((one) => ({ ...one, treeId: 'other' })), null],
    ['was before it was opened again', [...carried, act('reopened', 'cy', { roles: lead })], null],
  ])('counts for nothing when it %s', (_, acts, worst) => {
    expect(decide([...acts, act('approved', 'cy')], worst)).toEqual({ kind: 'waiting', lacks: ['second-reviewer'] });
  });
  test('counts for nothing where something critical is seen', () => {
    const led = act('approved', 'cy', { roles: lead });
    expect(decide([...carried, led], 'critical')).toEqual({ kind: 'waiting', lacks: ['second-reviewer'] });
  });
});

describe('what decides', () => {
  test('two reviewers', () => {
    expect(decide([act('approved', 'ada', { reason: '' }), act('approved', 'ben', { reason: '' })])).toEqual({
      kind: 'accepted',
      by: ['ada', 'ben'],
    });
  });
  test('a critical hit: two with reasons, one a lead', () => {
    expect(decide([act('approved', 'ada'), act('approved', 'ben', { roles: lead })], 'critical').kind).toBe('accepted');
  });
  test('a rejection, whatever comes after', () => {
    const acts = [act('rejected', 'ada'), act('approved', 'ben'), act('approved', 'cy')];
    expect(decide(acts)).toEqual({ kind: 'rejected', by: 'ada' });
  });
  test('a hold, until it ends', () => {
    const acts = [act('approved', 'ada'), act('approved', 'ben'), act('held', 'cy', { until: now + hour })];
    expect(decide(acts)).toEqual({ kind: 'held', until: now + hour });
    expect(decide(acts, null, now + 2 * hour).kind).toBe('accepted');
    expect(decide([...acts, act('released', 'cy')]).kind).toBe('accepted');
  });
  test('broken glass names who and until when a second must follow', () => {
    const glass = act('broke-glass', 'dee', { roles: ['duty_officer'] });
    expect(decide([glass])).toEqual({ kind: 'broken-glass', by: 'dee', secondBy: now + 24 * hour });
    expect(decide([act('broke-glass', 'dee')]).kind).toBe('waiting');
    expect(decide([{ ...glass, reason: ' ' }]).kind).toBe('waiting');
    expect(decide([glass, act('approved', 'ada'), act('approved', 'ben')]).kind).toBe('accepted');
  });
  test('nothing before it was examined, and no person where nothing changed', () => {
    const acts = [act('approved', 'ada'), act('approved', 'ben')];
    expect(decisionOf({ treeId: 'tree', author: 'robot', examination: null }, acts, now)).toEqual({
      kind: 'waiting',
      lacks: ['examination'],
    });
    expect(decisionOf({ treeId: 'tree', author: 'robot', examination: examination(null, 'proof') }, [], now)).toEqual({
      kind: 'accepted',
      by: ['robot'],
    });
  });
});

const anyAct = (by: fc.Arbitrary<string>) =>
  fc.record({
    kind: fc.constantFrom<ReviewAct['kind'][]>('opened', 'approved', 'withdrawn', 'held', 'released', 'rejected'),
    by,
    roles: fc.subarray<Role>(['reviewer', 'security_lead', 'duty_officer', 'analyst']),
    treeId: fc.constantFrom('tree', 'other'),
    reason: fc.constantFrom('', 'looked'),
    at: fc.constant(now),
    until: fc.constantFrom(null, now + hour),
  });
const anyWorst = fc.constantFrom<(HitSeverity | null)[]>(null, 'info', 'high', 'critical');

test('one person never lets anything in, whatever they do in whatever order', () => {
  fc.assert(
    fc.property(fc.array(anyAct(fc.constantFrom('ada', 'robot')), { maxLength: 12 }), anyWorst, (acts, worst) => {
      expect(decide(acts, worst).kind).not.toBe('accepted');
    }),
  );
});

test('whatever is accepted has two different reviewers behind this very tree', () => {
  fc.assert(
    fc.property(fc.array(anyAct(fc.constantFrom('ada', 'ben', 'cy')), { maxLength: 12 }), anyWorst, (acts, worst) => {
      const decision = decide(acts, worst);
      if (decision.kind !== 'accepted') return;
      const reviewers = acts.filter(
        (one) => one.kind === 'approved' && one.treeId === 'tree' && one.roles.includes('reviewer'),
      );
      expect(new Set(decision.by).size).toBeGreaterThanOrEqual(2);
      for (const name of decision.by) expect(reviewers.map(({ by }) => by)).toContain(name);
    }),
  );
});
