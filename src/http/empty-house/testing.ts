/** What a house answers that nobody is known to, and in which nothing happened yet. */
import type { Accounts } from '../../accounts/index.ts';
import type { AlertPort } from '../alert-port.ts';
import type { HttpAppOptions } from '../app.ts';
import type { ConsumerPort } from '../consumer-port.ts';
import type { CoveredPort } from '../covered-port.ts';
import type { EmbargoPort } from '../embargo-port.ts';
import type { ExceptionPort } from '../exception-port.ts';
import { now } from '../sample-world/testing.ts';
import type { SlaPort } from '../sla-ports.ts';
import type { TermsPort } from '../terms-port.ts';
import type { TriagePort } from '../triage-port.ts';

export const without = () => Promise.reject(new Error('this house has no accounts'));

/** A house that nobody is known to: every request is a stranger's. */
export const nobody: Accounts = {
  people: {
    people: without,
    person: without,
    personByIdentity: without,
    proposals: without,
    found: without,
    recover: without,
    propose: without,
    approve: without,
    lapse: without,
    withdraw: without,
  },
  tokens: { create: without, tokensOf: without, revoke: without, prove: without },
  sessions: { start: without, prove: async () => null, sessionsOf: without, end: without },
  closures: { issue: without, prove: without },
  grants: { grantsOf: async () => [], members: async () => [], decides: async () => false, set: without },
  authenticate: async () => ({ kind: 'invalid' }),
};

export const noUploads: HttpAppOptions['uploads'] = {
  begin: async () => ({ kind: 'refused', reason: 'read only' }),
  receive: async () => ({ kind: 'unknown' }),
  placeOf: async () => null,
  finish: async () => ({ kind: 'unknown' }),
};

export const emptyQueue: TriagePort = {
  queue: async () => ({ items: [], next: null }),
  findingPage: async () => null,
  triaged: async () => null,
  itemOf: async () => [],
  awaited: async () => [],
  answersOwed: async () => [],
  reviewsOwed: async () => [],
  act: async () => ({ kind: 'refused', why: 'no_finding' }),
  actInBulk: async () => [],
  takeUnbounded: async () => ({ kind: 'refused', why: 'nothing_waits' }),
};

/** Takes no lock and no wish. */
export const noConsumers: ConsumerPort = {
  registerLock: async () => ({ kind: 'taken' }),
  remove: async () => false,
  requests: { ask: async () => [], requests: async () => [], decide: async () => null },
  feeds: { make: async () => ({ kind: 'unknown' }), revoke: async () => false, list: async () => null },
  closures: { upload: async () => ({ kind: 'unknown' }), remove: async () => false, history: async () => null },
};

export const nothingCovered: CoveredPort = {
  list: async () => ({
    items: [],
    next: null,
    total: 0,
    categories: [],
    counts: { carried: 0, partly: 0, renamed: 0, gone: 0, broken: 0, unknown: 0 },
  }),
  history: async () => [],
  add: async () => ({ kind: 'refused', why: 'role_missing' }),
  end: async () => ({ kind: 'refused', why: 'role_missing' }),
  keep: async () => ({ kind: 'refused', why: 'role_missing' }),
};

export const noEmbargoes: EmbargoPort = {
  seenBy: async () => [],
  page: async () => null,
  open: async () => ({ kind: 'refused', why: 'role_missing' }),
  act: async () => ({ kind: 'unknown' }),
};

/** Nothing waits for a second release manager. */
export const noExceptions: ExceptionPort = {
  channels: ['rolling'],
  waiting: async () => [],
  ask: async () => ({ kind: 'refused', why: 'no_channel' }),
  approve: async () => ({ kind: 'refused', why: 'no_proposal' }),
  refuse: async () => ({ kind: 'refused', why: 'no_proposal' }),
};

/** The policy file was not read yet. */
export const noTerms: TermsPort = {
  standing: without,
  notice: async () => null,
  history: async () => [],
  proposals: async () => [],
  propose: async () => ({ kind: 'refused', why: 'role_missing' }),
  approve: async () => ({ kind: 'refused', why: 'role_missing' }),
  withdraw: async () => ({ kind: 'refused', why: 'role_missing' }),
};

/** Nothing was promised yet. */
export const emptySla: SlaPort = {
  attainment: async () => ({ asOf: now, rows: [], misses: [] }),
  forecast: async () => ({ items: [], scores: [] }),
  caseOf: async () => null,
  pages: async () => [],
  acknowledge: async () => ({ kind: 'refused', why: 'no_page' }),
};

/** Nobody is told anything. */
export const toldNobody: AlertPort = {
  targets: [],
  targetHealth: async () => [],
  test: () => Promise.reject(new Error('there is no target')),
  enable: async () => {},
  subscriptions: async () => [],
  subscriptionByToken: async () => null,
  subscribe: () => Promise.reject(new Error('there is no target')),
  stop: async () => ({ kind: 'unknown' }),
  askAgain: async () => 'not-waiting',
  waitingByToken: async () => null,
  confirm: async () => null,
  deliveries: async () => ({ items: [], next: null }),
  attemptsOf: async () => [],
  replay: async () => 0,
  askedBy: async () => null,
  reply: async () => ({ kind: 'unknown' }),
  replies: async () => [],
};
