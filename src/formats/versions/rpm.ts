/** `1:2.0~rc1-3.el9`: epoch, version, release. https://rpm-software-management.github.io/rpm/man/rpm-version.7 */
import { order } from '../../foundation/order.ts';
import type { VersionOrder } from './version-order.ts';
import { type Whole, wholeOf } from './whole.ts';

type Segment = '~' | '^' | { readonly word: string } | { readonly number: Whole };

interface RpmKey {
  readonly epoch: Whole;
  readonly version: readonly Segment[];
  /** Null where none is written: before every release, so that the order stays total. */
  readonly release: readonly Segment[] | null;
}

const shape = /^(?:(\d+):)?([^:-][^-]*|)(?:-([^-]*(?:-.*)?))?$/;

export const rpm: VersionOrder<RpmKey> = {
  parse: (text) => {
    const found = text === '' ? null : shape.exec(text);
    if (found === null) return null;
    const [, epoch = '0', version = '', release] = found;
    return {
      epoch: wholeOf(epoch),
      version: segmentsOf(version),
      release: release === undefined ? null : segmentsOf(release),
    };
  },
  compare: (a, b) => {
    const result = order(a.epoch, b.epoch) || orderSegments(a.version, b.version);
    if (result !== 0) return result;
    if (a.release === null || b.release === null) return Number(b.release === null) - Number(a.release === null);
    return orderSegments(a.release, b.release);
  },
};

function segmentsOf(text: string): readonly Segment[] {
  return (text.match(/\d+|[a-z]+|~|\^/gi) ?? []).map((found) =>
    found === '~' || found === '^' ? found : /\d/.test(found) ? { number: wholeOf(found) } : { word: found },
  );
}

function orderSegments(a: readonly Segment[], b: readonly Segment[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [left, right] = [a[index], b[index]];
    const result = order(rankOf(left), rankOf(right));
    if (result !== 0) return result;
    if (typeof left !== 'object' || typeof right !== 'object') continue;
    const inside =
      'number' in left && 'number' in right
        ? order(left.number, right.number)
        : 'word' in left && 'word' in right
          ? order(left.word, right.word)
          : 0;
    if (inside !== 0) return inside;
  }
  return 0;
}

function rankOf(segment: Segment | undefined): number {
  if (segment === '~') return 0;
  if (segment === undefined) return 1;
  if (segment === '^') return 2;
  return 'word' in segment ? 3 : 4;
}
