/** `v0.0.0-20230101120000-abcdef012345`, `go1.21rc2`: https://go.dev/ref/mod#versions; the toolchain's own are SemVer without dashes. */
import { type SemverKey, semver } from './semver.ts';
import type { VersionOrder } from './version-order.ts';

const toolchain = /^(\d+(?:\.\d+)*)(alpha|beta|rc)(\d+)$/;

export const go: VersionOrder<SemverKey> = {
  parse: (text) => semver.parse(text.replace(/^go/, '').replace(toolchain, '$1-$2.$3')),
  compare: semver.compare,
};
