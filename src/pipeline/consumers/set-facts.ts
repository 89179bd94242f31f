import { z } from 'zod';
import { severityBands } from '../advisories/index.ts';

const instant = z.number().int();
const band = z.enum(severityBands);
const word = z.string().max(500);
const sentence = z.string().max(20_000);

/**
 * All that a consumer needs to know of a set to answer alone: what was released, what is covered and carried, what is
 * known of each vulnerability, and when it was last looked at. One document over HTTP, or signed in a file. Instants are
 * milliseconds.
 */
export const SetFacts = z.object({
  format: z.literal('snowguard-facts'),
  version: z.literal(1),
  madeAt: instant,
  /** The address that the releases are served from. */
  server: z.string().max(2000),
  /** The last good sync of any feed; null before the first. */
  syncedAt: instant.nullable(),
  releases: z.array(
    z.object({
      uuid: word,
      organisation: word,
      flake: word,
      channel: word,
      version: word,
      commitId: word,
      commitCount: z.number().int(),
      lastModified: z.number().int(),
      narHash: word,
      publishedAt: instant,
      yankedAt: instant.nullable(),
      fixes: z.array(z.object({ advisoryId: word, attr: word, fromVersion: word, toVersion: word, band: word })),
    }),
  ),
  findings: z.array(
    z.object({
      id: word,
      advisoryId: word,
      attr: word,
      channel: word,
      version: word,
      state: z.enum(['open', 'under_investigation', 'fixed', 'not_affected', 'retracted']),
      band,
      knownExploited: z.boolean(),
      openedAt: instant,
      fixedAt: instant.nullable(),
      fixedVersion: word.nullable(),
      releasedAt: instant.nullable(),
      responseDueAt: instant.nullable(),
      remediationDueAt: instant,
      /** It became known when its line was not supported any more: no fix is promised. */
      unsupported: z.boolean().default(false),
      explanation: sentence,
    }),
  ),
  /** How long each line is supported; who wrote an older document says nothing of it. */
  channels: z
    .array(
      z.object({
        id: word,
        flake: word,
        /** Its releases are 0.MINOR.N. */
        minor: z.number().int(),
        /** The first instant without support; null: no end is set. */
        supportEndsAt: instant.nullable(),
        /** The line to move to. */
        successor: word.nullable(),
      }),
    )
    .optional(),
  covered: z.array(z.object({ attr: word, category: word })),
  packages: z.array(
    z.object({
      channel: word,
      attr: word,
      pname: word,
      version: word,
      system: word,
      drvPath: word.nullable(),
      outputs: z.array(word),
    }),
  ),
  /** Those of the findings; a file has every one that is known. */
  advisories: z.array(
    z.object({
      id: word,
      aliases: z.array(word),
      title: sentence,
      band,
      knownExploited: z.boolean(),
      /** What its records call the product. */
      products: z.array(word),
    }),
  ),
});
export type SetFacts = Readonly<z.infer<typeof SetFacts>>;

export type FactAdvisory = SetFacts['advisories'][number];
export type FactFinding = SetFacts['findings'][number];

const staleAfterMs = 24 * 3_600_000;

/** Since when nobody has looked, when that is too long ago to call anything safe; else null. 0 for never. */
export function staleSince({ madeAt, syncedAt }: Pick<SetFacts, 'madeAt' | 'syncedAt'>, now: number): number | null {
  const lookedAt = Math.min(madeAt, syncedAt ?? 0);
  return now - lookedAt > staleAfterMs ? lookedAt : null;
}
