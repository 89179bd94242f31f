import type { ConsumerStore } from '../pipeline/consumers/index.ts';

/** What consumers tell of themselves, and ask for. */
export type ConsumerPort = Pick<ConsumerStore, 'registerLock' | 'remove' | 'requests'> & {
  readonly feeds: Pick<ConsumerStore['feeds'], 'make' | 'revoke' | 'list'>;
  readonly closures: Pick<ConsumerStore['closures'], 'upload' | 'remove' | 'history'>;
};
