/**
 * `1:2.4.2-6+deb7u1`: epoch, upstream version, revision.
 * https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */
import { order } from '../../foundation/order.ts';
import type { VersionOrder } from './version-order.ts';
import { type Whole, wholeOf } from './whole.ts';

/** Text and number in turn, text first. */
type Parts = readonly (string | Whole)[];

interface DpkgKey {
  readonly epoch: Whole;
  readonly upstream: Parts;
  readonly revision: Parts;
}

const shape = /^(?:(\d+):)?([0-9a-z.+~:-]*?[0-9a-z.+~:])(?:-([0-9a-z.+~]*))?$/i;

export const dpkg: VersionOrder<DpkgKey> = {
  parse: (text) => {
    const found = shape.exec(text);
    if (found === null) return null;
    const [, epoch = '0', upstream = '', revision = '0'] = found;
    return { epoch: wholeOf(epoch), upstream: partsOf(upstream), revision: partsOf(revision) };
  },
  compare: (a, b) =>
    order(a.epoch, b.epoch) || orderParts(a.upstream, b.upstream) || orderParts(a.revision, b.revision),
};

function partsOf(text: string): Parts {
  return [...text.matchAll(/(\D*)(\d*)/g)].flatMap(([whole, words = '', digits = '']) =>
    whole === '' ? [] : [words, wholeOf(digits === '' ? '0' : digits)],
  );
}

function orderParts(a: Parts, b: Parts): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 2) {
    const result =
      orderText(String(a[index] ?? ''), String(b[index] ?? '')) || order(a[index + 1] ?? 0, b[index + 1] ?? 0);
    if (result !== 0) return result;
  }
  return 0;
}

function orderText(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const result = order(weightOf(a, index), weightOf(b, index));
    if (result !== 0) return result;
  }
  return 0;
}

/** `~` before the end, the end before letters, letters before the rest. */
function weightOf(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (Number.isNaN(code)) return 0;
  if (code === 0x7e) return -1;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? code : code + 0x100;
}
