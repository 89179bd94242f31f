/** Turns the files of a workspace into checked settings. Only app and cli read them. */

export { configurationFile } from './configuration-file.ts';
export { editCovered } from './covered-edit.ts';
export { readCoveredEntries, readCoveredFolder } from './covered-files.ts';
export { configErrors, loadConfiguration, readText } from './load.ts';
export type { Configuration } from './schema.ts';
export { configurationTemplate } from './template.ts';
