/** Turns a commit of a channel, or an evaluated inventory, into the package instances that the channel carries. */
export { parseAttrPath } from './attr-path.ts';
export type { NoticeOutcome } from './coverage-notices.ts';
export { type CoveredState, coveredStates } from './covered-standing.ts';
export { derivationAttributes } from './derivation-attributes.ts';
export { type BuildDescription, describeBuilds } from './describe-builds.ts';
export { evaluateChannel } from './evaluate-channel.ts';
export type * from './model.ts';
export { systemTiers } from './model.ts';
export { packageExpression } from './package-expression.ts';
export { inventoryLines, readInventory } from './read-inventory.ts';
export { type CatalogStore, createCatalogStore, type PackageSummary } from './store.ts';
export type { CatalogTables } from './tables.ts';
export { whyUnpatched } from './why-unpatched.ts';
