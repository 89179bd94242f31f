import { changeUrls, inputLine, readInputs, type UrlChange } from '../../formats/nix/flake-edit/index.ts';
import { readFlakeFile, textOf } from './flake-file.ts';
import { type FlakeChange, finish, refusal, textAfter } from './outcome.ts';
import { readPublishedUrl } from './published-url.ts';
import { openRegistry, type RegistryQuestion } from './registry.ts';
import { upstreamUrl } from './upstream-url.ts';

/** Moves every input that comes from the server back to the repository that it was published from. */
export async function ejectFlake(given: {
  readonly registry: RegistryQuestion;
  readonly flakePath: string;
  /** `owner/repository` on GitHub, where the server does not say it. */
  readonly source: string | null;
  readonly dryRun: boolean;
}): Promise<FlakeChange> {
  const file = await readFlakeFile(given.flakePath);
  const before = textOf(file);
  const read = readInputs(before);
  if (read.kind === 'refused') throw refusal(file, read.reason, []);
  const registry = await openRegistry(given.registry);
  const moves: UrlChange[] = [];
  const left: FlakeChange['left'][number][] = [];
  for (const { name, url } of read.inputs) {
    const published = url === null ? null : readPublishedUrl(registry.server, url);
    if (url === null || published === null) continue;
    const stays = (reason: string) => left.push({ input: name, url, reason });
    if (published.more) {
      stays('its URL says more than a flake and a range');
      continue;
    }
    const found = await registry.find(published.flake, published.range);
    const release = found.kind === 'release' ? found.release : null;
    const source = release?.source_github_owner_repo_pair ?? given.source;
    if (found.kind === 'none') stays(found.reason);
    else if (source === null) stays('the server does not say from which repository: name it with --source');
    else {
      const { version, source_subdirectory: subdirectory = null } = found.release;
      moves.push({ name, url: upstreamUrl({ source, subdirectory, version }), becomesFlake: false });
    }
  }
  const byHand = moves.map(({ name, url }) => inputLine(name, url));
  const changes = moves.map(({ name, url }) => ({
    input: name,
    from: read.inputs.find((input) => input.name === name)?.url ?? null,
    to: url,
  }));
  const text = textAfter(file, changeUrls(before, moves), byHand);
  return finish(file, { text, changes, left, dryRun: given.dryRun });
}
