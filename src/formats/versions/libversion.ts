/**
 * `1.0.2k-rc1`, `10.2p1`, `3.7b`: the order of upstream versions that follow no written rule.
 * Defined by https://github.com/repology/libversion/blob/master/doc/ALGORITHM.md
 */
import { order } from '../../foundation/order.ts';
import { type Whole, wholeOf } from './whole.ts';

export interface LibversionFlags {
  /** `p` begins a patch: `10.2p1` follows `10.2`. */
  readonly pIsPatch?: boolean;
  /** Every unknown word begins a patch, not a pre-release. */
  readonly anyIsPatch?: boolean;
  /** The version stands for the first or the last one that begins with it. */
  readonly bound?: 'lower' | 'upper';
}

/** Rank and value in turn. A word counts by its first letter only. */
export interface LibversionKey {
  readonly parts: readonly Whole[];
  readonly bound: 'lower' | 'upper' | null;
}

const rank = { lower: 0, pre: 1, zero: 2, post: 3, nonzero: 4, letter: 5, upper: 6 } as const;
const preRelease = /^(?:alpha|beta|rc)$|^pre/;
const postRelease = /^(?:pl|errata)$|^post|^patch/;

export function libversionKey(text: string, flags: LibversionFlags = {}): LibversionKey {
  const parts: Whole[] = [];
  const tokens = [...text.matchAll(/\d+|[a-z]+/gi)];
  tokens.forEach((token, index) => {
    const [found] = token;
    if (/^\d/.test(found)) {
      const value = wholeOf(found);
      parts.push(Number(value) === 0 ? rank.zero : rank.nonzero, value);
      return;
    }
    const [before, after] = [tokens[index - 1], tokens[index + 1]];
    const touchesNumber = before !== undefined && before.index + before[0].length === token.index;
    const leadsToNumber = after !== undefined && after.index === token.index + found.length;
    const unknown = touchesNumber && !leadsToNumber ? rank.letter : flags.anyIsPatch === true ? rank.post : rank.pre;
    const word = found.toLowerCase();
    parts.push(keywordRank(word, flags) ?? unknown, word.charCodeAt(0));
  });
  return { parts, bound: flags.bound ?? null };
}

function keywordRank(word: string, flags: LibversionFlags): number | null {
  if (preRelease.test(word)) return rank.pre;
  return postRelease.test(word) || (flags.pIsPatch === true && word === 'p') ? rank.post : null;
}

export function compareLibversion(a: LibversionKey, b: LibversionKey): number {
  // One step beyond the end lets the bounds of two otherwise equal versions count.
  const length = Math.max(a.parts.length, b.parts.length) + 2;
  const [endOfA, endOfB] = [rankOfEnd(a), rankOfEnd(b)];
  for (let index = 0; index < length; index += 2) {
    const result =
      order(a.parts[index] ?? endOfA, b.parts[index] ?? endOfB) ||
      order(a.parts[index + 1] ?? 0, b.parts[index + 1] ?? 0);
    if (result !== 0) return result;
  }
  return 0;
}

function rankOfEnd({ bound }: LibversionKey): number {
  return bound === null ? rank.zero : bound === 'lower' ? rank.lower : rank.upper;
}
