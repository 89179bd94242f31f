import type { Person } from '../accounts/index.ts';
import type { AskedException, ExceptionOutcome } from '../pipeline/releases/index.ts';

export type AskOutcome =
  | ExceptionOutcome
  | {
      readonly kind: 'refused';
      /** There is no such channel, or nothing of it was evaluated; enough can be fetched; its head is out already. */
      readonly why: 'no_channel' | 'not_needed' | 'released';
    };

interface Deciding {
  readonly content: string;
  readonly by: Person;
}

/** Releases that go out although too little of them can be fetched: one release manager asks, another approves. */
export interface ExceptionPort {
  readonly channels: readonly string[];
  readonly waiting: () => Promise<readonly AskedException[]>;
  /** For the newest evaluated commit of the channel. */
  readonly ask: (given: {
    readonly channel: string;
    readonly reason: string;
    readonly by: Person;
  }) => Promise<AskOutcome>;
  /** The release follows by itself. */
  readonly approve: (given: Deciding) => Promise<AskOutcome>;
  readonly refuse: (given: Deciding) => Promise<AskOutcome>;
}

export type AskRefusal = Extract<AskOutcome, { readonly kind: 'refused' }>['why'];
