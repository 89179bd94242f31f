import { exceptionRefusal } from '../pipeline/releases/index.ts';
import type { AskRefusal } from './exception-port.ts';

const words = {
  no_channel: ['no such channel was evaluated', 'See them: snowguard channels'],
  not_needed: ['nothing holds it back: enough of it can be fetched', 'Release it: snowguard release'],
  released: ['its newest evaluated commit is released already', 'See it: snowguard release list'],
} as const;

/** Why an exception was refused, and what to do next. */
export function askRefusal(why: AskRefusal): { readonly message: string; readonly hint: string } {
  if (why !== 'no_channel' && why !== 'not_needed' && why !== 'released') return exceptionRefusal(why);
  const [message, hint] = words[why];
  return { message, hint };
}
