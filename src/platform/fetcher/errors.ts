export const fetchErrors = {
  failed: { code: 'fetch.failed', retryable: true },
  timeout: { code: 'fetch.timeout', retryable: true },
  tooLarge: { code: 'fetch.too-large', retryable: false },
  redirects: { code: 'fetch.redirects', retryable: false },
  badUrl: { code: 'fetch.bad-url', retryable: false },
  encoding: { code: 'fetch.encoding', retryable: false },
  privateAddress: { code: 'fetch.private-address', retryable: false },
} as const;
