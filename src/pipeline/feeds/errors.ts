export const syncErrors = {
  superseded: { code: 'feeds.superseded', retryable: true },
  unfinished: { code: 'feeds.unfinished', retryable: true },
} as const;
