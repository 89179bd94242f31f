/** `1.2.0.pre.3`: a segment with letters makes a pre-release. https://docs.ruby-lang.org/en/master/Gem/Version.html */
import { order } from '../../foundation/order.ts';
import type { VersionOrder } from './version-order.ts';
import { type Whole, wholeOf } from './whole.ts';

type Segments = readonly (Whole | string)[];

const shape = /^\d+(?:\.[0-9a-z]+)*(?:-[0-9a-z-]+(?:\.[0-9a-z-]+)*)?$/i;

export const rubygems: VersionOrder<Segments> = {
  parse: (text) => {
    if (!shape.test(text)) return null;
    const segments = (text.replaceAll('-', '.pre.').match(/\d+|[a-z]+/gi) ?? []).map((part) =>
      /\d/.test(part) ? wholeOf(part) : part,
    );
    const split = segments.findIndex((segment) => typeof segment === 'string');
    return split < 0 ? trimmed(segments) : [...trimmed(segments.slice(0, split)), ...trimmed(segments.slice(split))];
  },
  compare: (a, b) => {
    for (let index = 0; index < Math.max(a.length, b.length); index++) {
      const [left, right] = [a[index] ?? 0, b[index] ?? 0];
      const words = Number(typeof right === 'string') - Number(typeof left === 'string');
      const result = words === 0 ? order(left, right) : words;
      if (result !== 0) return result;
    }
    return 0;
  },
};

function trimmed(segments: Segments): Segments {
  let end = segments.length;
  while (end > 0 && typeof segments[end - 1] !== 'string' && Number(segments[end - 1]) === 0) end--;
  return segments.slice(0, end);
}
