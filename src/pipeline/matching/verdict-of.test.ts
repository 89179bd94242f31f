import { expect, test } from 'vitest';
import { verdictOf } from './verdict-of.ts';

const known = [{ tier: 'A0', prior: 0.99, because: 'reviewed: openbsd:openssh' }] as const;
const nothing = { route: 'stored', identity: [], others: [], denied: null } as const;

test.each([
  [{ status: 'affected', route: 'automatic', identity: known }, 'affected'],
  [{ status: 'fixed', route: 'automatic', identity: known }, 'fixed'],
  [{ status: 'not_affected', route: 'automatic', identity: known }, 'not affected'],
  [{ status: 'not_affected' }, 'no record names it'],
  [{ status: 'not_affected', others: ['for wordpress'] }, 'other software'],
  [{ status: 'not_affected', denied: 'reviewed: redhat:fuse is another platform' }, 'other software'],
  [{ status: 'under_investigation', route: 'queue', identity: known }, 'under investigation'],
  [
    { status: 'under_investigation', route: 'unbounded', identity: known },
    'under investigation, for no record has an end',
  ],
  [
    { status: 'under_investigation', route: 'elsewhere', identity: known },
    "under investigation, for only another distribution's fix speaks of it",
  ],
  [
    { status: 'under_investigation', identity: known },
    'under investigation, but too little says so for a person to be asked',
  ],
] as const)('%o is called %s', (given, words) => {
  expect(verdictOf({ ...nothing, ...given })).toBe(words);
});
