import type { FeedSource } from '../model.ts';
import { createOsvSource } from '../osv/create-osv-source.ts';
import { readApi } from './api.ts';
import { normaliseGhsa } from './normalise.ts';

const repository = createOsvSource({
  id: 'ghsa',
  title: 'GitHub Advisory Database',
  licence: 'CC-BY-4.0',
  attribution: 'GitHub Advisory Database, CC BY 4.0.',
  homepage: 'https://github.com/advisories',
  defaultUrl: 'https://api.github.com/advisories',
  normalise: normaliseGhsa,
  accept: (name) => /(?:^|\/)GHSA(?:-\w{4}){3}\.json$/.test(name) && !/(?:^|\/)unreviewed\//.test(name),
});

/** The API at an address that ends in `/advisories`; else the repository as a folder or archive. */
export const ghsa: FeedSource = {
  ...repository,
  read: (context) =>
    context.location.kind === 'url' && /\/advisories\/?$/.test(new URL(context.location.url).pathname)
      ? readApi(context, ghsa.id, context.location.url)
      : repository.read(context),
};
