import type { CachePorts } from './ports.ts';

/** A cache that holds nothing and takes nothing, for tests of other parts. */
export const emptyCache: CachePorts = {
  store: {
    path: async () => null,
    nar: async () => null,
    pathsOfNar: async () => [],
    closure: async () => new Set(),
    sideFile: async () => null,
  },
  sizes: async () => [],
  keys: async () => [],
  organisation: 'acme',
  commonVisibility: 'public',
  visibilityOf: async () => 'private',
  priority: 30,
  receiveNar: () => Promise.reject(new Error('read only')),
  acceptPath: () => Promise.reject(new Error('read only')),
  receiveSideFile: () => Promise.reject(new Error('read only')),
};
