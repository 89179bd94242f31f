import path from 'node:path';
import type { Configuration } from '../config/index.ts';
import { AppError } from '../foundation/errors.ts';
import { type FeedLocation, type FeedSource, feedSources } from '../pipeline/feeds/index.ts';
import type { KeptChannel, KeptFeed } from '../worker/index.ts';
import { linesOf } from './channel-lines.ts';
import { inventoryIn } from './inventories.ts';
import { readSecret } from './secrets.ts';

const day = 86_400_000;

interface Surroundings {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** The channels of the configuration as the worker keeps them. */
export function channelsOf(configuration: Configuration, { folder }: Surroundings): readonly KeptChannel[] {
  const lines = linesOf(configuration.channel);
  const published = new Set<string>();
  return configuration.channel.flatMap((channel, index) => {
    const line = lines[index];
    if (line === undefined) return [];
    const flake = channel.flake ?? configuration.flake;
    const numbers = `${flake}/0.${line.minor}`;
    if (published.has(numbers.toLowerCase()))
      throw new AppError({ code: 'config.channels', retryable: false }, `two channels publish ${numbers}`, {
        hint: 'Give one of them a "flake" of its own in snowguard.toml, or say with "line" which stable line it is.',
      });
    published.add(numbers.toLowerCase());
    const inventories = channel.inventories;
    return {
      id: channel.id,
      line,
      validated: channel.validated.map(({ certificate, sunset, ...module }) => ({
        ...module,
        certificate: certificate ?? null,
        activeUntil: sunset === undefined ? null : sunset + day,
      })),
      flake,
      branch: `refs/heads/${channel.id}`,
      upstream:
        channel.upstream === undefined
          ? null
          : { url: addressOf(channel.upstream, folder), branch: channel.branch, partial: channel.partial },
      newer: channel.newer,
      everyMs: channel.every,
      inventory: async (commitId) =>
        inventories === undefined ? null : inventoryIn(path.resolve(folder, inventories), commitId),
    };
  });
}

/** The feeds that are switched on, each with where it is read from. */
export function feedsOf(configuration: Configuration, surroundings: Surroundings): readonly KeptFeed[] {
  const known = new Map(feedSources.map((source) => [source.id, source]));
  return Object.entries(configuration.feeds).flatMap(([id, setting]) => {
    const source = known.get(id);
    if (source === undefined)
      throw new AppError({ code: 'config.feeds', retryable: false }, `there is no feed named ${id.slice(0, 100)}`, {
        hint: `The feeds are: ${[...known.keys()].join(', ')}.`,
      });
    if (!setting.enabled) return [];
    return [
      {
        source,
        location: locationOf(source, setting, surroundings.folder),
        everyMs: setting.every ?? source.intervalMs,
        secret: () => readSecret(setting, surroundings),
      },
    ];
  });
}

function locationOf(
  source: FeedSource,
  setting: { readonly url?: string | undefined; readonly path?: string | undefined },
  folder: string,
): FeedLocation {
  if (setting.path !== undefined) return { kind: 'path', path: path.resolve(folder, setting.path) };
  return { kind: 'url', url: setting.url ?? source.defaultUrl };
}

/** A path in the workspace, or a URL as it is. */
function addressOf(upstream: string, folder: string): string {
  return /^[a-z+]+:\/\//i.test(upstream) ? upstream : path.resolve(folder, upstream);
}
