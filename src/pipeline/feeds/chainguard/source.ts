import { createSecdbSource } from '../alpine/create-secdb-source.ts';
import { chainguardNotice } from './notice.ts';

export const chainguard = createSecdbSource({
  id: 'chainguard',
  title: 'Chainguard security database',
  licence: 'CC-BY-NC-ND-4.0',
  attribution: 'Chainguard security database, CC BY-NC-ND 4.0.',
  homepage: 'https://www.chainguard.dev',
  defaultUrl: 'https://packages.cgr.dev/chainguard/security.json',
  optIn: chainguardNotice,
});
