import { type Person, refusalOf } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { FlakeWords, Place } from '../model.ts';
import { keyOf } from '../rows.ts';
import type { ReleasesTables } from '../tables.ts';
import { setYanked, type YankOutcome } from '../yank.ts';
import { silentWords, wordsOf, writeWords } from './words.ts';

type Tables = ReleasesTables & JournalTables;

export type DescribeOutcome =
  | { readonly kind: 'changed' | 'unchanged'; readonly words: FlakeWords }
  | { readonly kind: 'refused'; readonly reason: string };

/** What a person does to a flake as a whole. */
export interface FlakeWriter {
  /** Says something of a flake, as far as it is given; announced as `flake.changed`. */
  readonly describe: (
    given: Place & {
      readonly say: Partial<FlakeWords>;
      readonly by: Person;
      /** Whether they own the flake: then no role of the house is asked for. */
      readonly owns?: boolean;
      readonly at: EpochMs;
    },
  ) => Promise<DescribeOutcome>;
  /** Withdraws a release, or takes that back; its pinned address serves on. */
  readonly withdraw: (given: {
    readonly uuid: string;
    readonly yanked: boolean;
    readonly reason: string;
    readonly by: Person;
    readonly owns?: boolean;
    readonly at: EpochMs;
  }) => Promise<YankOutcome | { readonly kind: 'refused'; readonly reason: string }>;
}

/** Who keeps the flakes of the house. */
export function mayDescribe(person: Person): boolean {
  return refusalOf(person, 'release_manager') === null || refusalOf(person, 'customer_admin') === null;
}

export function mayWithdraw(person: Person): boolean {
  return refusalOf(person, 'release_manager') === null;
}

const mostLabels = 25;
const maxDescription = 1000;

export function createFlakeWriter(db: Database<Tables>): FlakeWriter {
  return {
    describe: async ({ organisation, flake, say, by, owns = false, at }) => {
      if (!owns && !mayDescribe(by))
        return { kind: 'refused', reason: `${by.name} is neither an owner, release manager nor customer admin` };
      const reason = labelFault(say.labels ?? []);
      if (reason !== null) return { kind: 'refused', reason };
      return db.write(async (trx) => {
        const before = await wordsOf(trx, { organisation, flake });
        const words = { ...(before ?? silentWords), ...tidy(say) };
        if (JSON.stringify(words) === JSON.stringify(before)) return { kind: 'unchanged', words };
        await writeWords(trx, { organisation, flake, ...words, at });
        await appendEvent(trx, {
          at,
          kind: 'flake.changed',
          subject: `${keyOf(organisation)}/${keyOf(flake)}`,
          actor: by.name,
          payload: { organisation, flake, ...words },
        });
        return { kind: 'changed', words };
      });
    },
    withdraw: async ({ by, owns = false, ...given }) => {
      if (!owns && !mayWithdraw(by))
        return { kind: 'refused', reason: `${by.name} is neither an owner nor a release manager` };
      return db.write((trx) => setYanked(trx, { ...given, actor: by.name }));
    },
  };
}

/** Lower case, each once, by the alphabet. */
export function tidyLabels(labels: readonly string[]): readonly string[] {
  return [...new Set(labels.map((label) => label.trim().toLowerCase()))].sort();
}

export function labelFault(labels: readonly string[]): string | null {
  const tidied = tidyLabels(labels);
  if (tidied.length > mostLabels) return `a flake has at most ${mostLabels} labels`;
  const strange = tidied.find((label) => !/^[\p{L}\p{N}-]{1,50}$/u.test(label));
  return strange === undefined
    ? null
    : `the label ${JSON.stringify(strange.slice(0, 50))} is not 1 to 50 letters, digits and dashes`;
}

function tidy(say: Partial<FlakeWords>): Partial<FlakeWords> {
  return {
    ...say,
    ...(say.labels === undefined ? {} : { labels: tidyLabels(say.labels) }),
    ...(say.description == null ? {} : { description: say.description.trim().slice(0, maxDescription) || null }),
  };
}
