import { curl } from './curl/source.ts';
import { epss } from './epss/source.ts';
import { kev } from './kev/source.ts';
import type { FeedSource } from './model.ts';
import { nginx } from './nginx/source.ts';
import { node } from './node/source.ts';
import { nvd } from './nvd/source.ts';
import { nvdOverrides } from './nvd-overrides/source.ts';
import { osvSources } from './osv/databases.ts';

/** Every feed there is: one folder and one line each. */
export const feedSources: readonly FeedSource[] = [nvd, nvdOverrides, kev, epss, ...osvSources, curl, nginx, node];
