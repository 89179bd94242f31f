import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { AccountsTables } from '../accounts/index.ts';
import { configErrors, configurationFile, loadConfiguration, readCoveredFolder } from '../config/index.ts';
import { type Clock, toIso } from '../foundation/clock.ts';
import { AppError } from '../foundation/errors.ts';
import type { JournalTables } from '../journal/index.ts';
import { overlapFaults } from '../pipeline/changes/index.ts';
import {
  calendarEnd,
  calendarEndText,
  createTermsStore,
  type FindingsTables,
  rotaGaps,
  type SlaPolicy,
  termsName,
  termsNotice,
} from '../pipeline/findings/index.ts';
import { subscriptionsOf, targetsOf } from './alert-settings.ts';
import { nixOf } from './nix.ts';
import { readPeople, readPolicy } from './read-people.ts';
import { openAsIs } from './storage.ts';
import { channelsOf, feedsOf } from './walk-settings.ts';

export interface ConfigurationReport {
  readonly file: string;
  readonly flakes: readonly string[];
  readonly publicUrl: string;
  readonly channels: readonly string[];
  /** Lines that end before the next one has begun for long enough, each in words. */
  readonly supportGaps: readonly string[];
  readonly covered: number;
  readonly feeds: readonly string[];
  /** Those that are read without the key that is meant for them, in words. */
  readonly feedsWithoutKey: readonly string[];
  readonly policy: string;
  /** That the policy file says something else than what is in force, with what to run; null: it does not, or nothing is yet. */
  readonly policyNotice: string | null;
  /** Where messages go to, and how many subscriptions stand in the settings. */
  readonly targets: readonly string[];
  readonly subscriptions: number;
  /** Hours of the next 14 days in which nobody could be called, each in words; null without a rota. */
  readonly rotaGaps: readonly string[] | null;
  /** That business days cannot be counted for long any more; null: they can, or are not counted. */
  readonly calendarEnds: string | null;
  /** Version of the Nix that will be used. */
  readonly nix: string | null;
}

/** Reads everything that the settings name. The first fault is thrown, with what to do. */
export async function checkConfiguration(given: {
  readonly folder: string;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Promise<ConfigurationReport> {
  const { folder, environment } = given;
  const configuration = await loadConfiguration(folder);
  const channels = channelsOf(configuration, given);
  const feeds = feedsOf(configuration, given);
  const feedsWithoutKey: string[] = [];
  for (const feed of feeds) {
    if (feed.location.kind === 'path' && (await stat(feed.location.path).catch(() => null)) === null)
      throw new AppError(
        configErrors.missing,
        `feeds.${feed.source.id}.path names ${feed.location.path}, which is not there`,
        {
          hint: 'Correct the path, or remove it to read the public endpoint.',
        },
      );
    const name = configuration.feeds[feed.source.id]?.secret_env;
    if ((await feed.secret()) === null && name !== undefined)
      feedsWithoutKey.push(`${feed.source.id}: ${name} is not set here, it is read without a key`);
  }
  const targets = targetsOf(configuration, given);
  const subscriptions = subscriptionsOf(configuration, targets);
  const covered = await readCoveredFolder(path.resolve(folder, configuration.covered));
  const policy = await readPolicy(folder, configuration);
  const ends = calendarEnd(policy, given.clock.now());
  const people = await readPeople(folder, configuration.sla);
  const nix = await nixOf(configuration.nix.program, environment);
  return {
    file: path.join(folder, configurationFile),
    flakes: channels.map(({ flake }) => `${configuration.organisation}/${flake}`),
    publicUrl: configuration.public_url,
    channels: channels.map(({ id }) => id),
    supportGaps: overlapFaults(channels),
    covered: covered.length,
    feeds: feeds.map(({ source }) => source.id),
    feedsWithoutKey,
    targets: targets.map(({ name, channel }) => `${name} (${channel})`),
    subscriptions: subscriptions.length,
    policy: termsName(policy),
    policyNotice: await storedNotice(policy, { ...given, setting: configuration.storage.database }),
    rotaGaps:
      people &&
      rotaGaps(people, given.clock.now()).map(
        ({ missing, from, until }) => `no ${missing} from ${toIso(from)} until ${toIso(until)}`,
      ),
    calendarEnds: ends && calendarEndText(ends),
    nix: nix?.version ?? null,
  };
}

/** How the policy stands to what is in force, where there is a database already; it is left as it is. */
async function storedNotice(
  policy: SlaPolicy,
  { setting, folder, clock }: { readonly setting: string; readonly folder: string; readonly clock: Clock },
): Promise<string | null> {
  try {
    const db = await openAsIs<AccountsTables & FindingsTables & JournalTables>({ setting, folder });
    if (db === null) return null;
    const terms = createTermsStore({ db, clock });
    return termsNotice(await terms.standing(policy).finally(db.close));
  } catch {
    // Of an older version, or not to be reached: the next start says what is wrong.
    return null;
  }
}
