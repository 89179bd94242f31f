/** `1!2.0rc1.post2.dev3+local.1`: https://packaging.python.org/en/latest/specifications/version-specifiers/ */
import { order } from '../../foundation/order.ts';
import type { VersionOrder } from './version-order.ts';
import { orderLists, type Whole, wholeOf } from './whole.ts';

interface Pep440Key {
  /** Epoch and release, without trailing zeros. */
  readonly release: readonly Whole[];
  /** Pre, post and development releases, each so that the numbers alone give the order. */
  readonly stage: readonly Whole[];
  readonly local: readonly (Whole | string)[];
  /** What is no PEP 440 version goes before all that are, by the rule that came before it. */
  readonly legacy: readonly string[];
}

const shape =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|([-_.]?(?:post|rev|r)[-_.]?)(\d*))?(?:([-_.]?dev[-_.]?)(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

export const pep440: VersionOrder<Pep440Key> = {
  parse: (text) => {
    const found = shape.exec(text.toLowerCase());
    if (found === null) return { release: [-1], stage: [], local: [], legacy: legacyParts(text.toLowerCase()) };
    const [, epoch = '0', release = '', pre, preNumber = '', shortPost, postWord, postNumber = '', devWord, dev = ''] =
      found;
    const isPost = shortPost !== undefined || postWord !== undefined;
    const isDev = devWord !== undefined;
    const letter = pre?.[0] === 'a' ? 0 : pre?.[0] === 'b' ? 1 : 2;
    return {
      release: [numberOf(epoch), ...trimmed(release.split('.').map(numberOf))],
      stage: [
        // A development release of the release itself is before its alphas.
        pre !== undefined ? letter : isDev && !isPost ? -1 : 3,
        numberOf(preNumber),
        isPost ? numberOf(shortPost ?? postNumber) : -1,
        isDev ? 0 : 1,
        numberOf(dev),
      ],
      local:
        found[10] === undefined
          ? []
          : found[10].split(/[-_.]/).map((part) => (/^\d+$/.test(part) ? wholeOf(part) : part)),
      legacy: [],
    };
  },
  compare: (a, b) =>
    orderLists(a.release, b.release, 0) ||
    orderLists(a.stage, b.stage, 0) ||
    orderLocal(a.local, b.local) ||
    orderLegacy(a.legacy, b.legacy),
};

const legacyWords: ReadonlyMap<string, string> = new Map(
  Object.entries({ pre: 'c', preview: 'c', '-': 'final-', rc: 'c', dev: '@' }),
);

/** As `LegacyVersion` of the packaging library before version 22: numbers padded, words starred, zeros before a pre-release dropped. */
function legacyParts(text: string): readonly string[] {
  const parts: string[] = [];
  for (const found of [...(text.match(/\d+|[a-z]+|\.|-|[^\da-z.-]+/g) ?? []), 'final']) {
    if (found === '.') continue;
    const part = /^\d/.test(found) ? found.padStart(8, '0') : `*${legacyWords.get(found) ?? found}`;
    if (part.startsWith('*')) {
      while (part < '*final' && parts.at(-1) === '*final-') parts.pop();
      while (parts.at(-1) === '00000000') parts.pop();
    }
    parts.push(part);
  }
  return parts;
}

function orderLegacy(a: readonly string[], b: readonly string[]): number {
  const differing = a.findIndex((part, index) => part !== b[index]);
  const at = differing < 0 ? a.length : differing;
  return order(a[at] ?? '', b[at] ?? '');
}

function numberOf(digits: string): Whole {
  return wholeOf(digits === '' ? '0' : digits);
}

function trimmed(numbers: readonly Whole[]): readonly Whole[] {
  let end = numbers.length;
  while (end > 0 && Number(numbers[end - 1]) === 0) end--;
  return numbers.slice(0, end);
}

/** Words before numbers, a shorter label before one that continues it. */
function orderLocal(a: Pep440Key['local'], b: Pep440Key['local']): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [left, right] = [a[index] ?? 0, b[index] ?? 0];
    const words = Number(typeof right === 'string') - Number(typeof left === 'string');
    const result = words === 0 ? order(left, right) : words;
    if (result !== 0) return result;
  }
  return Math.sign(a.length - b.length);
}
