export const feedErrors = {
  superseded: { code: 'feeds.superseded', retryable: true },
  unfinished: { code: 'feeds.unfinished', retryable: true },
} as const;
