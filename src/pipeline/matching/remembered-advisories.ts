import type { AdvisoryOfRecords } from '../advisories/index.ts';
import type { Candidate } from '../feeds/index.ts';
import { type Entry, entriesOf, keysSpokenOf } from './entries-of.ts';
import type { CandidateSource } from './find-records.ts';
import type { Products } from './spoken-of.ts';

/** What a match reads; `entries` where they are known already. */
export interface MatchSources extends CandidateSource {
  /** The advisories that the records are part of; one record of several vulnerabilities is part of each. */
  readonly advisoriesOfRecords: (
    recordKeys: readonly number[],
  ) => Promise<readonly (AdvisoryOfRecords & { readonly entries?: readonly Entry[] })[]>;
}

/** The sources, and how to know that something of them is another than it was. */
export interface ChangingSources {
  readonly feeds: CandidateSource & { readonly lastScoreChange: () => Promise<number> };
  readonly advisories: Pick<MatchSources, 'advisoriesOfRecords'> & {
    readonly lastChange: () => Promise<number>;
    readonly changedAfter: (sequence: number, limit: number) => Promise<readonly { readonly id: string }[]>;
    /** By their own ids. */
    readonly factsOf: (ids: readonly string[]) => Promise<readonly AdvisoryOfRecords[]>;
  };
}

type Remembered = AdvisoryOfRecords & { readonly entries: readonly Entry[] };

/** At some 5 kB each. */
const mostAdvisories = 20_000;
const mostKeys = 100_000;
/** To follow these costs as much as to read all again. */
const mostChanges = 1_000;

/**
 * Gives what the sources give, and asks them only for what is new or another: an advisory's change moves with its
 * records, their products and their number; scores alone do not move it.
 */
export function rememberedAdvisories({ feeds, advisories }: ChangingSources): {
  /** To be asked before each use. */
  readonly upToDate: () => Promise<MatchSources>;
} {
  const candidates = new Map<string, readonly Candidate[]>();
  const ofRecord = new Map<number, readonly Remembered[]>();
  const known = new Map<string, Remembered>();
  // By their identities. Records name a package in the same few ways, and what the ways are to it is asked once.
  const shared = new Map<string, Products>();
  let seen: { readonly change: number; readonly scores: number } | null = null;
  // What was asked for before something was forgotten may be old when it arrives.
  let forgotten = 0;

  function forget(): void {
    forgotten += 1;
    candidates.clear();
    ofRecord.clear();
    known.clear();
    shared.clear();
  }

  function forgetSaidIn({ advisory, recordKeys }: AdvisoryOfRecords): void {
    for (const record of recordKeys) ofRecord.delete(record);
    for (const key of keysSpokenOf(advisory)) candidates.delete(key);
  }

  function withEntries(one: AdvisoryOfRecords): Remembered {
    const entries = entriesOf(one.advisory).map((entry) => ({ ...entry, products: sharedOf(entry.products) }));
    return { ...one, entries };
  }

  function sharedOf(products: Products): Products {
    const text = JSON.stringify(products.identities);
    const own = shared.get(text);
    if (own !== undefined) return own;
    shared.set(text, products);
    return products;
  }

  async function followChanges(from: number): Promise<void> {
    const changed = await advisories.changedAfter(from, mostChanges);
    if (changed.length === mostChanges) return forget();
    const ids = changed.map(({ id }) => id);
    const now = await advisories.factsOf(ids);
    forgotten += 1;
    // Where it is spoken of now, and where it was.
    for (const one of [...now, ...ids.flatMap((id) => known.get(id) ?? [])]) forgetSaidIn(one);
    for (const id of ids) known.delete(id);
  }

  const asked: MatchSources = {
    candidates: async (keys) => {
      const found = new Map<string, readonly Candidate[]>();
      const missing: string[] = [];
      for (const key of keys) {
        const own = candidates.get(key);
        if (own === undefined) missing.push(key);
        else found.set(key, own);
      }
      if (missing.length === 0) return found;
      const at = forgotten;
      const read = await feeds.candidates(missing);
      for (const key of missing) {
        const own = read.get(key) ?? [];
        found.set(key, own);
        if (at === forgotten && candidates.size < mostKeys) candidates.set(key, own);
      }
      return found;
    },
    advisoriesOfRecords: async (recordKeys) => {
      const found = new Map<string, Remembered>();
      const missing: number[] = [];
      for (const key of recordKeys) {
        const own = ofRecord.get(key);
        if (own === undefined) missing.push(key);
        else for (const one of own) found.set(one.advisory.id, one);
      }
      if (missing.length === 0) return [...found.values()];
      const at = forgotten;
      const read = new Map<number, Remembered[]>(missing.map((key) => [key, []]));
      for (const fresh of await advisories.advisoriesOfRecords(missing)) {
        const one = known.get(fresh.advisory.id) ?? withEntries(fresh);
        found.set(one.advisory.id, one);
        for (const key of one.recordKeys) read.get(key)?.push(one);
      }
      if (at === forgotten && known.size < mostAdvisories) {
        for (const [key, list] of read) {
          ofRecord.set(key, list);
          for (const one of list) known.set(one.advisory.id, one);
        }
      }
      return [...found.values()];
    },
  };

  return {
    upToDate: async () => {
      // Read before the rest: what is read later may be newer, and is then read once more.
      const [change, scores] = [await advisories.lastChange(), await feeds.lastScoreChange()];
      const isFull = known.size >= mostAdvisories || candidates.size >= mostKeys || shared.size >= mostKeys;
      if (seen === null || seen.scores !== scores || isFull) forget();
      else if (seen.change !== change) await followChanges(seen.change);
      seen = { change, scores };
      return asked;
    },
  };
}
