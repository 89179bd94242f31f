/** What a finished command tells the shell. */
export const exitCodes = {
  ok: 0,
  /** The answer is no: a lock lacks a fix the policy demands, a check found problems. */
  negative: 1,
  /** The command was called wrongly, or the configuration is broken. */
  usage: 2,
  /** It could not be done: a program is missing, a network or disk failed. */
  failed: 3,
  interrupted: 130,
} as const;
