import type { Problem } from '../problem.ts';

/** To strangers, where a token tells whose something is. */
export const strangers: Problem = {
  status: 401,
  code: 'sign-in',
  title: 'Say who you are',
  detail: 'Send a token of this server: Authorization: Bearer TOKEN. "snowguard login" keeps one for you.',
};
