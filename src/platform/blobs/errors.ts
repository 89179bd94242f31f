export const blobErrors = {
  badKey: { code: 'blobs.bad-key', retryable: false },
} as const;
