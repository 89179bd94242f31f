import { AppError } from '../../../foundation/errors.ts';

export const feedErrors = {
  /** Not what the source's format is: broken, truncated or of another shape. */
  unreadable: { code: 'feeds.unreadable', retryable: false },
  tooLarge: { code: 'feeds.too-large', retryable: false },
  noSuchLocation: { code: 'feeds.no-such-location', retryable: false },
  /** The endpoint answered with an error status. */
  refused: { code: 'feeds.refused', retryable: true },
  /** The endpoint asks to come back later. */
  throttled: { code: 'feeds.throttled', retryable: true },
} as const;

export function unreadableArchive(why: string): AppError {
  return new AppError(feedErrors.unreadable, `the archive cannot be read: ${why}`, {
    hint: 'The download may have been cut off; the next sync tries again.',
  });
}
