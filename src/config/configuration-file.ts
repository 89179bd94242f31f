/** The file that makes a folder a workspace. */
export const configurationFile = 'snowguard.toml';
