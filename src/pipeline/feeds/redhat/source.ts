import { createCsafSource } from '../csaf/create-csaf-source.ts';

/** One document a CVE; `…/csaf/v2/advisories/` has one an update instead. */
export const redhat = createCsafSource({
  id: 'redhat',
  title: 'Red Hat',
  licence: 'CC-BY-4.0',
  attribution: 'Red Hat Product Security CSAF and VEX documents, CC BY 4.0.',
  homepage: 'https://access.redhat.com/security/data',
  defaultUrl: 'https://security.access.redhat.com/data/csaf/v2/vex/',
});
