export { renderAtom } from './atom.ts';
export type { SyndicationChannel } from './channel.ts';
export { renderJsonFeed } from './json-feed.ts';
export { renderRss } from './rss.ts';
