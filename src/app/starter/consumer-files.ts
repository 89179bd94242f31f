import type { Release } from '../../pipeline/releases/index.ts';
import type { StarterConsumer } from './read-starter.ts';

/** The files of a starter consumer, locked to a release as Nix itself would lock it. */
export function consumerFiles(options: {
  readonly consumer: Pick<StarterConsumer, 'flake' | 'lock'>;
  /** `http://127.0.0.1:8080/f/acme/secure` */
  readonly address: string;
  /** The release's own address, as its `Link` header gives it. */
  readonly pinned: string;
  readonly release: Pick<Release, 'commitId' | 'commitCount' | 'lastModified' | 'narHash'>;
}): { readonly 'flake.nix': string; readonly 'flake.lock': string } {
  const { consumer, address, pinned, release } = options;
  const filled = consumer.lock
    .replaceAll('"@lastModified@"', String(release.lastModified))
    .replaceAll('"@revCount@"', String(release.commitCount))
    .replaceAll('@narHash@', release.narHash)
    .replaceAll('@rev@', release.commitId)
    .replaceAll('@pinned@', pinned)
    .replaceAll('@address@', address);
  return { 'flake.nix': consumer.flake.replaceAll('@address@', address), 'flake.lock': filled };
}
