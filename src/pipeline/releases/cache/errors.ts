export const cacheErrors = {
  tooLarge: { code: 'cache.too-large', retryable: false },
  undecodable: { code: 'cache.undecodable', retryable: false },
  wrongHash: { code: 'cache.wrong-hash', retryable: false },
  tooSlow: { code: 'cache.too-slow', retryable: true },
  interrupted: { code: 'cache.interrupted', retryable: true },
  unknownPath: { code: 'usage.store-path', retryable: false },
} as const;
