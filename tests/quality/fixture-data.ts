import { createIdentityData, type IdentityData } from '../../src/pipeline/matching/index.ts';
import type { Unit } from './unit.ts';

/** As much of the CPE dictionary as the cases need: `vendor:product`. */
const pairs = ['mozilla:firefox', 'lfprojects:valkey', 'redis:redis', 'redhat:fuse', 'libfuse_project:libfuse'];

const dictionary = pairs.map((pair) => {
  const [vendor = '', product = ''] = pair.split(':');
  return { vendor, product };
});

export const fixtureData = createIdentityData({ dictionary });

/** For cases from elsewhere: their own CPE names are in the dictionary too, as a real one has them. */
export function dataFor(units: readonly Unit[]): IdentityData {
  const named = units
    .flatMap(({ advisory }) => advisory.records.flatMap(({ affected }) => affected))
    .flatMap(({ identity }) => (identity.kind === 'cpe' ? [identity] : []));
  return createIdentityData({ dictionary: [...dictionary, ...named] });
}
