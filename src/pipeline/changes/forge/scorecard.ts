import { z } from 'zod';
import type { EpochMs } from '../../../foundation/clock.ts';
import type { Fetcher } from '../../../platform/fetcher/index.ts';
import { askForge } from './ask-forge.ts';
import { projectNameOf } from './project-name.ts';

/**
 * What OpenSSF Scorecard publishes of a repository, of which this is read:
 *
 *     GET /projects/github.com/ossf/scorecard
 *     { "date": "2026-03-02T08:11:05Z", "repo": { "name": "github.com/ossf/scorecard", "commit": "…" },
 *       "scorecard": { "version": "v5.2.1", "commit": "…" }, "score": 8.7, "checks": [ … ] }
 *
 * 0 is the worst, 10 the best; -1 stands where nothing could be checked. A project that is not scanned is 404.
 * https://api.scorecard.dev
 */
const Result = z.object({ date: z.iso.datetime({ offset: true }).or(z.iso.date()), score: z.number().min(-1).max(10) });

export interface Scorecard {
  /** From 0 to 10, in steps of a tenth. */
  readonly score: number;
  readonly scannedAt: EpochMs;
}

export interface ScorecardSettings {
  /** Of the API: `https://api.scorecard.dev`. */
  readonly url: string;
  /** Of the repositories that it is asked about; others are not named to it. */
  readonly hosts: readonly string[];
}

/** Null for a repository on another host, and for one that is not scored. Throws where the service does not answer. */
export async function scorecardOf(
  given: { readonly fetcher: Fetcher; readonly settings: ScorecardSettings; readonly signal: AbortSignal },
  repository: string,
): Promise<Scorecard | null> {
  const { settings } = given;
  const name = projectNameOf(repository, settings.hosts);
  if (name === null) return null;
  const ask = askForge({
    ...given,
    settings: { url: settings.url, token: async () => null },
    scheme: 'Bearer',
    hint: 'It is asked again at the next examination: scorecard under [review] in snowguard.toml.',
  });
  const { data } = Result.safeParse(await ask.one(`/projects/${new URL(repository).host}/${name}`));
  return data === undefined || data.score < 0 ? null : { score: data.score, scannedAt: Date.parse(data.date) };
}
