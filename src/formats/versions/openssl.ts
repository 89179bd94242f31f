/** `1.0.2zj`, `3.0.13`, `1.1.1-pre8`: letters count up after `z` with a second one. https://openssl-library.org/policies/releasestrat/ */
import { order } from '../../foundation/order.ts';
import { identifiersOf, orderPre, type SemverKey } from './semver.ts';
import type { VersionOrder } from './version-order.ts';
import { orderLists, wholeOf } from './whole.ts';

interface OpensslKey extends SemverKey {
  readonly letters: string;
}

const shape = /^v?(\d+(?:\.\d+){1,3})([a-z]*)(?:-?(alpha|beta|pre|rc|dev)[.-]?(\d*))?(?:-fips)?(?:\+.*)?$/i;

export const openssl: VersionOrder<OpensslKey> = {
  parse: (text) => {
    const found = shape.exec(text.replace(/(\d)(alpha|beta|pre|rc|dev)/, '$1-$2'));
    if (found === null) return null;
    const [, release = '', letters = '', word, digits = ''] = found;
    return {
      release: release.split('.').map(wholeOf),
      letters: letters.toLowerCase(),
      pre: word === undefined ? null : identifiersOf(`${word.toLowerCase()}.${digits === '' ? '0' : digits}`),
    };
  },
  compare: (a, b) => orderLists(a.release, b.release, 0) || order(a.letters, b.letters) || orderPre(a.pre, b.pre),
};
