/** What a consumer of a set does on their own machine: turns a flake.nix towards a server, or back. */
export { addToFlake } from './add-to-flake.ts';
export { convertFlake } from './convert-flake.ts';
export { ejectFlake } from './eject-flake.ts';
export { listFlakes, listReleases, type PublishedFlake, searchPackages } from './list-published.ts';
export { lockFlake } from './lock-flake.ts';
export type { FlakeChange } from './outcome.ts';
export type { FlakeRelease } from './registry.ts';
export { serverAddress } from './server-address.ts';
export { readFlakeName } from './wanted-input.ts';
