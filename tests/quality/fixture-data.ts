import { createIdentityData } from '../../src/pipeline/matching/index.ts';

/** As much of the CPE dictionary as the cases need: `vendor:product`. */
const pairs = ['mozilla:firefox', 'lfprojects:valkey', 'redis:redis', 'redhat:fuse', 'libfuse_project:libfuse'];

export const fixtureData = createIdentityData({
  dictionary: pairs.map((pair) => {
    const [vendor = '', product = ''] = pair.split(':');
    return { vendor, product };
  }),
});
