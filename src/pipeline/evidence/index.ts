/** Turns what was done into statements that anyone can check with a public key and nothing else. */
export {
  openStatement,
  type ReleaseStatement,
  signStatement,
  statementOf,
} from './attest-release.ts';
export { documentsOf } from './publications/documents-of.ts';
export { concernsIds } from './publications/is-published.ts';
export { lineState } from './publications/line-state.ts';
export type { PublishedAdvisory, PublishedEvent, PublishedLine, PublishedRelease } from './publications/model.ts';
export { eventOf, osvDocument } from './publications/osv-document.ts';
export { type PublishedFile, type PublishedTree, publishedTree } from './publications/published-tree.ts';
export { type PublishedSources, readPublished } from './publications/read-published.ts';
export { createPublicationStore, type PublicationStore } from './publications/store.ts';
export type { PublicationTables } from './publications/tables.ts';
export { checkRecords, reviewRecords } from './review-records.ts';
