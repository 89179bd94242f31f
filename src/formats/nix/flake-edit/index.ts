/** Edits the inputs of a flake.nix: nothing but what was asked for changes, and what is not understood is refused. */
export { addInput, inputLine, isInputName } from './add-input.ts';
export { changeUrls, readInputs, type UrlChange } from './change-urls.ts';
export type { FlakeEditOutcome } from './finish-edit.ts';
