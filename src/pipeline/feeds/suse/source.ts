import { createCsafSource } from '../csaf/create-csaf-source.ts';

/** The archive of all is packed with bzip2, which Node.js cannot read: the list of changes is followed from its beginning. */
export const suse = createCsafSource({
  id: 'suse',
  title: 'SUSE',
  licence: 'CC-BY-4.0',
  attribution: 'SUSE CSAF and VEX documents, CC BY 4.0.',
  homepage: 'https://www.suse.com/support/security/csaf/',
  defaultUrl: 'https://ftp.suse.com/pub/projects/security/csaf-vex/',
});
