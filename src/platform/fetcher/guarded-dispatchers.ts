import { isIP } from 'node:net';
import type { Dispatcher } from 'undici';
import { bareHost, isAllowedHost, isPublicAddress } from './addresses.ts';
import { createAgent, privateHost } from './guarded-agent.ts';

export interface Dispatchers {
  /** The pool that may be used for this address; throws where none may. */
  readonly dispatcherFor: (url: URL) => Dispatcher;
  readonly close: () => Promise<void>;
}

/** One pool for the public Internet and one for the hosts that the operator allowed. */
export function createDispatchers(options: {
  readonly allowHosts: readonly string[];
  readonly connectTimeoutMs: number;
}): Dispatchers {
  const { allowHosts, connectTimeoutMs } = options;
  const guarded = createAgent({ anyAddress: false, connectTimeoutMs });
  const open = createAgent({ anyAddress: true, connectTimeoutMs });
  return {
    dispatcherFor: (url) => {
      if (isAllowedHost(url, allowHosts)) return open;
      const host = bareHost(url);
      // A literal address never passes through the lookup.
      if (isIP(host) !== 0 && !isPublicAddress(host)) throw privateHost(host);
      return guarded;
    },
    close: async () => {
      await Promise.all([guarded.close(), open.close()]);
    },
  };
}
