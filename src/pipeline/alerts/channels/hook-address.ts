import { z } from 'zod';

/** Chats give an address to post to. Who knows it can post, so it mostly stands in the secret. */
export const hookSettings = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
});

export function hookAddress(settings: z.infer<typeof hookSettings>, secret: string | null): string | null {
  return settings.url ?? secret;
}
