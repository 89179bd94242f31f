import { createSecdbSource } from './create-secdb-source.ts';

/** Only `edge`, which keeps the history of all branches; the address of another branch can be configured. */
export const alpine = createSecdbSource({
  id: 'alpine',
  title: 'Alpine security database',
  licence: 'none stated',
  attribution: 'Alpine Linux security database.',
  homepage: 'https://secdb.alpinelinux.org',
  defaultUrl: 'https://secdb.alpinelinux.org/edge/',
  optIn: null,
  parts: ['main.json', 'community.json'],
});
