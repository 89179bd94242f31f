import path from 'node:path';
import type { Configuration } from '../config/index.ts';
import type { ReviewFactStore } from '../pipeline/changes/index.ts';
import { initBare } from '../platform/git/repository.ts';
import type { ReviewCollectors } from '../worker/index.ts';
import { readSecret } from './secrets.ts';

/** What reviews may look at beside the tree, as it is set. */
export async function collectorsOf(given: {
  readonly configuration: Configuration;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly store: ReviewFactStore;
}): Promise<ReviewCollectors> {
  const { folder, environment, store } = given;
  const { sources, mirrors, repositories, forge, scorecard, outputs, tests } = given.configuration.review;
  return {
    store,
    outputs,
    tests,
    scorecard: scorecard ?? null,
    sources: sources
      ? { git: await initBare(path.join(folder, 'sources.git')), settings: { mirrors, repositories } }
      : null,
    forge:
      forge === undefined
        ? null
        : {
            ...forge,
            token: () =>
              readSecret({ secret_env: forge.token_env, secret_file: forge.token_file }, { folder, environment }),
          },
  };
}
