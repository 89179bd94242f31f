export const databaseErrors = {
  unreachable: { code: 'database.unreachable', retryable: true },
  locked: { code: 'database.locked', retryable: true },
  full: { code: 'database.full', retryable: true },
  unusable: { code: 'database.unusable', retryable: false },
  corrupt: { code: 'database.corrupt', retryable: false },
  failed: { code: 'database.failed', retryable: false },
  misused: { code: 'database.misused', retryable: false },
} as const;
