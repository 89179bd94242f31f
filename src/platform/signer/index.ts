import type { CacheKey } from '../../formats/nix/signature.ts';

/** The secret keys that sign what a binary cache offers, one beside the other while they are exchanged. */
export interface Signer {
  /** By name. Read each time, so that a key added or taken away counts at once, in every process. */
  readonly keys: () => Promise<readonly CacheKey[]>;
  /** Keeps the text of a secret key; false when there is one of that name, which stays. */
  readonly add: (name: string, text: string) => Promise<boolean>;
  /** Takes a key away for ever; false when there is none of that name here. */
  readonly remove: (name: string) => Promise<boolean>;
}
