import { createSecdbSource } from '../alpine/create-secdb-source.ts';
import { chainguardNotice } from '../chainguard/notice.ts';

export const wolfi = createSecdbSource({
  id: 'wolfi',
  title: 'Wolfi security database',
  licence: 'CC-BY-NC-ND-4.0',
  attribution: 'Wolfi security database by Chainguard, CC BY-NC-ND 4.0.',
  homepage: 'https://github.com/wolfi-dev',
  defaultUrl: 'https://packages.wolfi.dev/os/security.json',
  optIn: chainguardNotice,
});
