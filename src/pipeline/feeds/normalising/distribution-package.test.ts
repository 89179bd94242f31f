import { expect, test } from 'vitest';
import { distributionPackage } from './distribution-package.ts';

test.each([
  ['pkg:deb/ubuntu/curl@7.81.0-1ubuntu1.24?arch=source&distro=jammy', 'curl', '7.81.0-1ubuntu1.24', 'source', 'jammy'],
  [
    'pkg:deb/ubuntu/netty@1:3.2.6-2~esm1?arch=source&distro=esm-infra%2Ftrusty',
    'netty',
    '1:3.2.6-2~esm1',
    'source',
    'esm-infra/trusty',
  ],
  ['pkg:rpm/redhat/bind@9.8.2-0.68.el6?arch=i686&epoch=32', 'bind', '32:9.8.2-0.68.el6', 'i686', null],
  ['pkg:rpm/redhat/ruby@2.7.8-1.module%2Bel8?arch=src&epoch=0#sub', 'ruby', '2.7.8-1.module+el8', 'src', null],
  ['pkg:rpm/suse/libstdc%2B%2B6', 'libstdc++6', null, null, null],
  ['pkg:apk/alpine/a@1%zz', 'a', '1%zz', null, null],
])('%s', (purl, name, version, architecture, distribution) => {
  expect(distributionPackage(purl)).toEqual({ name, version, architecture, distribution });
});

test.each(['pkg:npm/a@1', 'pkg:deb/', 'pkg:deb/ubuntu/@1', 'deb/a', ''])(
  '%s is no package of a distribution',
  (purl) => {
    expect(distributionPackage(purl)).toBeNull();
  },
);
