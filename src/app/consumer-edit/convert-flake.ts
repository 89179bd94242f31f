import { addInput, changeUrls, inputLine, readInputs, type UrlChange } from '../../formats/nix/flake-edit/index.ts';
import { readFlakeFile, textOf } from './flake-file.ts';
import { type FlakeChange, finish, type InputChange, refusal, textAfter } from './outcome.ts';
import { lineOfVersion, publishedUrl, readPublishedUrl } from './published-url.ts';
import { type FlakeName, openRegistry, type Registry, type RegistryQuestion } from './registry.ts';
import { isNixpkgs, readUpstream } from './upstream-url.ts';

/** What becomes of one input. `silent` is one that no registry stands for. */
type Verdict =
  | { readonly kind: 'moves'; readonly to: string }
  | { readonly kind: 'stays'; readonly reason: string }
  | { readonly kind: 'silent' };

/** Moves every input that the server publishes to the server, and leaves the others as they are. */
export async function convertFlake(given: {
  readonly registry: RegistryQuestion;
  readonly flakePath: string;
  /** The set that takes the place of Nixpkgs; by default NixOS/nixpkgs, else the only one that the server publishes. */
  readonly packageSet: FlakeName | null;
  readonly dryRun: boolean;
}): Promise<FlakeChange> {
  const file = await readFlakeFile(given.flakePath);
  const before = textOf(file);
  const read = readInputs(before);
  if (read.kind === 'refused') throw refusal(file, read.reason, []);
  const judge = judgeOf(await openRegistry(given.registry), given.packageSet);
  const moves: UrlChange[] = [];
  const changes: InputChange[] = [];
  const left: FlakeChange['left'][number][] = [];
  for (const { name, url, isFlake } of read.inputs) {
    const verdict = url === null ? silent : await judge(url);
    if (url === null || verdict.kind === 'silent') continue;
    if (verdict.kind === 'stays') left.push({ input: name, url, reason: verdict.reason });
    else {
      const move = isFlake
        ? { name, url: verdict.to, becomesFlake: false }
        : moveOfFiles(before, name, url, verdict.to);
      moves.push(move);
      changes.push({ input: name, from: url, to: move.url });
    }
  }
  let text = textAfter(
    file,
    changeUrls(before, moves),
    moves.map(({ name, url }) => inputLine(name, url)),
  );
  // Nix looks an argument that is no input up in its registry of names.
  const isImplicit = read.taken.includes('nixpkgs') && !read.inputs.some(({ name }) => name === 'nixpkgs');
  const implicit = isImplicit ? await judge('nixpkgs') : silent;
  if (implicit.kind === 'moves') {
    const added = addInput({ text, name: 'nixpkgs', url: implicit.to, at: 'top' });
    text = textAfter({ ...file, text }, added, [inputLine('nixpkgs', implicit.to)]);
    changes.push({ input: 'nixpkgs', from: null, to: implicit.to });
  }
  return finish(file, { text, changes, left, dryRun: given.dryRun });
}

const silent: Verdict = { kind: 'silent' };

function judgeOf(registry: Registry, packageSet: FlakeName | null): (url: string) => Promise<Verdict> {
  let nixpkgs: Promise<FlakeName> | null = null;
  return async (url) => {
    if (readPublishedUrl(registry.server, url) !== null) return silent;
    const upstream = readUpstream(url);
    if (upstream.kind === 'foreign') return silent;
    if (upstream.kind === 'stays') return upstream;
    if (isNixpkgs(upstream.flake)) nixpkgs ??= packageSetOf(registry, packageSet, upstream.flake);
    const flake = isNixpkgs(upstream.flake) && nixpkgs !== null ? await nixpkgs : upstream.flake;
    const found = await registry.find(flake, upstream.range);
    if (found.kind === 'none') return { kind: 'stays', reason: found.reason };
    const { org: organisation, project, version } = found.release;
    const range = upstream.range ?? lineOfVersion(version);
    return { kind: 'moves', to: publishedUrl(registry.server, { organisation, flake: project }, range) };
  };
}

async function packageSetOf(registry: Registry, named: FlakeName | null, nixpkgs: FlakeName): Promise<FlakeName> {
  if (named !== null) return named;
  const published = (await registry.flakes()).map(({ org, project }) => ({ organisation: org, flake: project }));
  const [only, ...others] = published;
  return published.some(isNixpkgs) || only === undefined || others.length > 0 ? nixpkgs : only;
}

/** An input with `flake = false`: its files come from the archive, but flake-compat is a flake by now. */
function moveOfFiles(text: string, name: string, from: string, to: string): UrlChange {
  const asFlake = { name, url: to, becomesFlake: true };
  return /^github:edolstra\/flake-compat(?:\/|$)/i.test(from) && changeUrls(text, [asFlake]).kind === 'edited'
    ? asFlake
    : { name, url: `${to}.tar.gz`, becomesFlake: false };
}
