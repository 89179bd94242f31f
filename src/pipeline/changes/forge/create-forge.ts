import type { Fetcher } from '../../../platform/fetcher/index.ts';
import { askForge } from './ask-forge.ts';
import { forgejoForge } from './forgejo.ts';
import { githubForge } from './github.ts';
import type { Forge, ForgeSettings } from './model.ts';

export function createForge(given: {
  readonly fetcher: Fetcher;
  readonly settings: ForgeSettings;
  readonly signal: AbortSignal;
}): Forge {
  const { settings } = given;
  const hint = 'Check the token and its limit: [review.forge] in snowguard.toml.';
  return settings.kind === 'github'
    ? githubForge(askForge({ ...given, hint, scheme: 'Bearer' }), settings)
    : forgejoForge(askForge({ ...given, hint, scheme: 'token' }), settings);
}
