/** `1.8.0_282-b08`, `8u282`, `8 update282`, `11.0.12+7`: one release each, build left out. https://openjdk.org/jeps/223 */
import { orderPre, type SemverKey } from './semver.ts';
import type { VersionOrder } from './version-order.ts';
import { orderLists, wholeOf } from './whole.ts';

const build = /(?:\+|[-.]b\d).*$/;
const update = /^(\d+)(?:u|[\s_:-]*update[\s_]*)(\d+)/;

export const java: VersionOrder<SemverKey> = {
  parse: (text) => {
    const modern = text
      .toLowerCase()
      .replace(/(?<=-ea).*$/, '')
      .replace(build, '')
      .replace(/^1\.(?=\d)/, '')
      .replace(update, '$1.0.$2')
      .replace(/[\s_:]*(?:update)?[\s_:]+(?=\d)/, '.')
      .replace(/update(?=\d)/, '.');
    const found = /^(\d+(?:\.\d+)*)(-ea)?$/.exec(modern);
    if (found === null) return null;
    const [, release = '', early] = found;
    return { release: release.split('.').map(wholeOf), pre: early === undefined ? null : [early] };
  },
  compare: (a, b) => orderLists(a.release, b.release, 0) || orderPre(a.pre, b.pre),
};
