/** `1.0.0.1-beta`: SemVer with a fourth number, words in any case. https://learn.microsoft.com/nuget/concepts/package-versioning */
import { type SemverKey, semver } from './semver.ts';
import type { VersionOrder } from './version-order.ts';

export const nuget: VersionOrder<SemverKey> = {
  parse: (text) => semver.parse(text.toLowerCase()),
  compare: semver.compare,
};
