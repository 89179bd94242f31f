import { alpine } from './alpine/source.ts';
import { chainguard } from './chainguard/source.ts';
import { curl } from './curl/source.ts';
import { cve } from './cve/source.ts';
import { debian } from './debian/source.ts';
import { epss } from './epss/source.ts';
import { ghsa } from './ghsa/source.ts';
import { httpd } from './httpd/source.ts';
import { kev } from './kev/source.ts';
import type { FeedSource } from './model.ts';
import { nginx } from './nginx/source.ts';
import { node } from './node/source.ts';
import { nvd } from './nvd/source.ts';
import { nvdOverrides } from './nvd-overrides/source.ts';
import { openssl } from './openssl/source.ts';
import { osvSources } from './osv/databases.ts';
import { redhat } from './redhat/source.ts';
import { suse } from './suse/source.ts';
import { ubuntu } from './ubuntu/source.ts';
import { wolfi } from './wolfi/source.ts';

/** Every feed there is: one folder and one line each. */
export const feedSources: readonly FeedSource[] = [
  nvd,
  nvdOverrides,
  kev,
  cve,
  epss,
  ghsa,
  ...osvSources,
  openssl,
  curl,
  nginx,
  httpd,
  node,
  debian,
  ubuntu,
  redhat,
  suse,
  alpine,
  wolfi,
  chainguard,
];
