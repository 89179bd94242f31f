/** `1.2.3+hotfix.1`: SemVer where build metadata counts. https://dart.dev/tools/pub/versioning#ordering-pre-releases-and-build-metadata */
import { identifiersOf, orderIdentifiers, type SemverKey, semver } from './semver.ts';
import type { VersionOrder } from './version-order.ts';
import type { Whole } from './whole.ts';

interface PubKey extends SemverKey {
  readonly build: readonly (Whole | string)[];
}

export const pub: VersionOrder<PubKey> = {
  parse: (text) => {
    const key = semver.parse(text);
    const [, build] = text.split('+');
    return key === null ? null : { ...key, build: build === undefined ? [] : identifiersOf(build) };
  },
  compare: (a, b) => semver.compare(a, b) || orderIdentifiers(a.build, b.build),
};
