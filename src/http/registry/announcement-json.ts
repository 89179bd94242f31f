import { z } from 'zod';

/** What `flakehub-push` says of a release before it sends it; fields that it does not need of us are let through. */
export const announcementJson = z.object({
  commit_count: z.number().int().nonnegative(),
  description: z.string().max(10_000).nullish().transform(nothingWhereBlank),
  outputs: z.record(z.string(), z.unknown()).nullish(),
  readme: z.string().nullish().transform(nothingWhereBlank),
  repo: z.string().max(300).nullish().transform(nothingWhereBlank),
  revision: z.string(),
  visibility: z.enum(['public', 'unlisted', 'hidden', 'private']),
  mirrored: z.boolean().default(false),
  source_subdirectory: z.string().max(1000).nullish().transform(nothingWhereBlank),
  spdx_identifier: z.string().max(200).nullish().transform(nothingWhereBlank),
  labels: z.array(z.string()).max(100).default([]),
});

/** The client sends empty text where it knows nothing. */
function nothingWhereBlank(text: string | null | undefined): string | null {
  return text == null || text.trim() === '' ? null : text;
}
