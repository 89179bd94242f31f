/** `2.3.0b_p1-r2`: https://wiki.alpinelinux.org/wiki/Package_policies#Package_versioning; order as in apk-tools `src/version.c`. */
import { order } from '../../foundation/order.ts';
import type { VersionOrder } from './version-order.ts';
import { orderLists, type Whole, wholeOf } from './whole.ts';

interface ApkKey {
  readonly numbers: readonly string[];
  readonly letter: string;
  /** As in `1.8.31p2`, which is no valid version any more and yet stands in the records. */
  readonly letterNumber: Whole;
  /** Rank and number in turn. */
  readonly suffixes: readonly Whole[];
  readonly release: Whole;
}

const shape =
  /^(\d+(?:\.\d+)*)([a-z]?)(\d*)((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:~[0-9a-f]+)?(?:-r(\d+))?$/;
const before = ['rc', 'pre', 'beta', 'alpha'];
const after = ['cvs', 'svn', 'git', 'hg', 'p'];

export const apk: VersionOrder<ApkKey> = {
  parse: (text) => {
    const found = shape.exec(text);
    if (found === null) return null;
    const [, numbers = '', letter = '', letterNumber = '', suffixes = '', release = '0'] = found;
    return {
      numbers: numbers.split('.'),
      letter,
      letterNumber: wholeOf(letterNumber === '' ? '0' : letterNumber),
      suffixes: [...suffixes.matchAll(/_([a-z]+)(\d*)/g)].flatMap(([, word = '', digits = '']) => [
        after.includes(word) ? after.indexOf(word) + 1 : -1 - before.indexOf(word),
        wholeOf(digits === '' ? '0' : digits),
      ]),
      release: wholeOf(release),
    };
  },
  compare: (a, b) =>
    orderNumbers(a.numbers, b.numbers) ||
    order(a.letter, b.letter) ||
    order(a.letterNumber, b.letterNumber) ||
    orderLists(a.suffixes, b.suffixes, 0) ||
    order(a.release, b.release),
};

function orderNumbers(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [left, right] = [a[index] ?? '', b[index] ?? ''];
    // After the first one a number with a leading zero is a fraction: 1.05 is before 1.1, and before 1.5.
    const result =
      index > 0 && (left.startsWith('0') || right.startsWith('0'))
        ? order(left, right)
        : order(wholeOf(left), wholeOf(right));
    if (result !== 0) return result;
  }
  return Math.sign(a.length - b.length);
}
