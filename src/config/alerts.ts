import { z } from 'zod';

/** A place that messages go to. What its channel takes beside is checked by the channel. */
export const target = z.looseObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, dots, dashes and underscores'),
  channel: z.string().min(1).max(50),
  /** Name of an environment variable, or a file, that holds the password, token, key or address to post to. */
  secret_env: z.string().min(1).optional(),
  secret_file: z.string().min(1).optional(),
});

/** Who hears what; checked by the stage that tells. */
export const subscription = z.record(z.string(), z.unknown());
