/** `1.0-alpha-2`, `2.0.1.RELEASE`: https://maven.apache.org/pom.html#version-order-specification */
import { order } from '../../foundation/order.ts';
import type { VersionOrder } from './version-order.ts';
import { type Whole, wholeOf } from './whole.ts';

interface Token {
  readonly separator: '' | '.' | '-';
  readonly value: Whole | string;
}

const ranks: ReadonlyMap<string, number> = new Map(
  Object.entries({ alpha: 0, beta: 1, milestone: 2, rc: 3, snapshot: 4, '': 5, sp: 6 }),
);
const sameAs: ReadonlyMap<string, string> = new Map(Object.entries({ cr: 'rc', ga: '', final: '', release: '' }));
const short: ReadonlyMap<string, string> = new Map(Object.entries({ a: 'alpha', b: 'beta', m: 'milestone' }));

export const maven: VersionOrder<readonly Token[]> = {
  parse: (text) => (text === '' ? null : withoutNulls(tokensOf(text.toLowerCase()))),
  compare: (a, b) => {
    for (let index = 0; index < Math.max(a.length, b.length); index++) {
      const result = orderTokens(a[index] ?? nullLike(b[index]), b[index] ?? nullLike(a[index]));
      if (result !== 0) return result;
    }
    return 0;
  },
};

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let separator: Token['separator'] = '';
  for (const [part, index] of partsOf(text)) {
    if (part === '.' || part === '-') {
      const last = text[index - 1];
      if (last === undefined || last === '.' || last === '-') tokens.push({ separator, value: 0 });
      separator = part;
      continue;
    }
    const next = text[index + part.length];
    const isShort = next !== undefined && /\d/.test(next);
    const word = (isShort ? short.get(part) : undefined) ?? sameAs.get(part) ?? part;
    tokens.push({ separator, value: /^\d/.test(part) ? wholeOf(part) : word });
    separator = '-';
  }
  return tokens;
}

function partsOf(text: string): readonly (readonly [string, number])[] {
  return [...text.matchAll(/\d+|[.-]|[^\d.-]+/g)].map((found) => [found[0], found.index]);
}

/** Zeros and empty words are dropped from the end, before every dash and before every word. */
function withoutNulls(tokens: readonly Token[]): readonly Token[] {
  const kept = [...tokens];
  for (let index = tokens.length - 1; index > 0; index--) {
    const next = kept[index + 1];
    const token = kept[index];
    const endsHere = next === undefined || next.separator === '-' || typeof next.value === 'string';
    if (token !== undefined && isNull(token) && endsHere) kept.splice(index, 1);
  }
  return kept;
}

function isNull({ value }: Token): boolean {
  return value === '' || (typeof value !== 'string' && Number(value) === 0);
}

function nullLike(other: Token | undefined): Token {
  const isWord = other?.separator === '-' || typeof other?.value === 'string';
  return isWord ? { separator: '-', value: '' } : { separator: '.', value: 0 };
}

function orderTokens(a: Token, b: Token): number {
  const kind = order(kindOf(a), kindOf(b));
  if (kind !== 0) return kind;
  if (typeof a.value !== 'string' || typeof b.value !== 'string') return order(a.value, b.value);
  return order(ranks.get(a.value) ?? 7, ranks.get(b.value) ?? 7) || order(a.value, b.value);
}

/** Words of any separator, then numbers after a dash, then numbers after a dot. */
function kindOf({ separator, value }: Token): number {
  if (typeof value === 'string') return 0;
  return separator === '-' ? 1 : 2;
}
