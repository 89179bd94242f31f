/**
 * `1.2.3-rc.1+build5`: Semantic Versioning 2.0.0, https://semver.org/#spec-item-11.
 * Read generously, as vulnerability records write it: a leading `v`, any count of numbers, build metadata ignored.
 */
import { order } from '../../foundation/order.ts';
import type { VersionOrder } from './version-order.ts';
import { orderLists, type Whole, wholeOf } from './whole.ts';

export interface SemverKey {
  readonly release: readonly Whole[];
  /** Null for a release, which follows its pre-releases. */
  readonly pre: readonly (Whole | string)[] | null;
}

const shape = /^v?(\d+(?:\.\d+)*)(?:-([0-9a-z.-]+))?(?:\+[^+]*)?$/i;

export const semver: VersionOrder<SemverKey> = {
  parse: (text) => {
    const found = shape.exec(text);
    if (found === null) return null;
    const [, release = '', pre] = found;
    return { release: release.split('.').map(wholeOf), pre: pre === undefined ? null : identifiersOf(pre) };
  },
  compare: (a, b) => orderLists(a.release, b.release, 0) || orderPre(a.pre, b.pre),
};

export function identifiersOf(text: string): readonly (Whole | string)[] {
  return text.split('.').map((part) => (/^\d+$/.test(part) ? wholeOf(part) : part));
}

export function orderPre(a: SemverKey['pre'], b: SemverKey['pre']): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return orderIdentifiers(a, b);
}

/** Numbers before words, a shorter list before a longer one that continues it. */
export function orderIdentifiers(a: readonly (Whole | string)[], b: readonly (Whole | string)[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [left, right] = [a[index] ?? 0, b[index] ?? 0];
    const words = Number(typeof left === 'string') - Number(typeof right === 'string');
    const result = words === 0 ? order(left, right) : words;
    if (result !== 0) return result;
  }
  return Math.sign(a.length - b.length);
}
