export const advisoryErrors = {
  superseded: { code: 'advisories.superseded', retryable: true },
} as const;
