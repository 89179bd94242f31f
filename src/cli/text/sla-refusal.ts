import { AppError } from '../../foundation/errors.ts';

const hints: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  no_finding: ['there is no such finding', 'See what there is: snowguard findings --state any'],
  no_page: ['there is no such page', 'See who is called: snowguard sla pages'],
  already: ['somebody has taken it on already', 'See who: snowguard sla pages'],
  not_a_person: ['only people do this', 'Set SNOWGUARD_TOKEN to the token of a person.'],
  role_missing: ['your roles do not allow this', 'Requests need an analyst, approvals a security lead.'],
  same_person: ['one person cannot be both', 'Somebody else who is a security lead approves it.'],
  no_request: ['nobody asks for this', 'An analyst asks first; "snowguard sla explain FINDING" prints what to sign.'],
  request_expired: ['the request is too old', 'Ask again; the policy says how long a request holds.'],
  pause_disabled: [
    'the policy this finding was opened under allows no pauses',
    'A policy with pause.enabled holds for findings opened under it.',
  ],
  reason_not_listed: ['the policy does not list this reason', 'Use one of pause.reasons of the policy.'],
  no_mitigation: ['the mitigation says too little', 'Say in a sentence what people can do meanwhile.'],
  no_reason: ['the reason says too little', 'Say in a sentence why the evidence before is wrong.'],
  no_such_time: [
    'the instant does not fit',
    'A pause ends in the future and within pause.max_each; a correction lies in the past.',
  ],
  not_running: ['the clock does not run', 'See its state: snowguard sla explain FINDING'],
  not_higher: [
    'the score is kept, and moves nothing: it is not above the one that counts',
    'To lower a severity use snowguard triage lower.',
  ],
  not_lower: ['the severity is not above that', 'See what counts: snowguard sla explain FINDING'],
  not_a_lead: ['one of the two has to be a security lead', 'A security lead approves it.'],
  needs_two_people: ['it would move a deadline later, and that takes two people', 'See snowguard sla correct --help.'],
  no_score: ['that is no score', 'Use a number from 0 to 10.'],
  escalated: ['it is exploited: no pause', 'See snowguard sla explain FINDING.'],
};

/** Why an act on a clock was refused or did nothing, and what to do. */
export function slaRefusal(why: string): AppError {
  const [message, hint] = hints[why] ?? [why.replaceAll('_', ' '), 'See snowguard sla explain FINDING.'];
  return new AppError({ code: `sla.${why.replaceAll('_', '-')}`, retryable: false }, message, { hint });
}
