import type { LockReference } from '../../formats/nix/flake-lock.ts';
import type { LockedInput } from './lock-paths.ts';
import { readPinnedUrl } from './pinned-url.ts';

/** What a lock says of where an input comes from, as far as the rules ask. */
export interface NixpkgsInput {
  /** `tools/nixpkgs`. */
  readonly input: string;
  /** `ours`: a release of a registry like this one; `branch`: of a repository; `url`: anything else, of which only the age is known. */
  readonly kind: 'ours' | 'branch' | 'url';
  readonly owner: string | null;
  /** The branch or tag asked for. */
  readonly ref: string | null;
  readonly rev: string | null;
  /** Unix seconds; null where the lock does not tell. */
  readonly lastModified: number | null;
}

export function nixpkgsInputOf({ path, node }: LockedInput): NixpkgsInput {
  const locked = node.locked ?? {};
  const original = node.original ?? {};
  const asked = repositoryOf(original);
  // The registry's word says nothing of the owner: what it was resolved to does.
  const got = repositoryOf(locked);
  const ours = locked.url !== undefined && readPinnedUrl(locked.url) !== null;
  const repository = asked ?? (original.type === 'indirect' ? got : null);
  return {
    input: path.join('/'),
    kind: ours ? 'ours' : repository === null ? 'url' : 'branch',
    owner: ours ? null : (repository?.owner ?? null),
    ref: ours ? null : (plainRef(original.ref) ?? (repository === null ? null : plainRef(locked.ref))),
    rev: locked.rev ?? null,
    lastModified: locked.lastModified ?? null,
  };
}

/** Whether a lock node is a Nixpkgs, by where it was fetched from. */
export function isNixpkgs({ node }: LockedInput): boolean {
  if (!node.isFlake) return false;
  const places = [node.locked, node.original].flatMap((reference) => reference ?? []);
  return places.some((reference) => {
    const repository = repositoryOf(reference);
    if (repository !== null) return repository.repo.toLowerCase() === 'nixpkgs';
    if (reference.type === 'indirect') return reference.id === 'nixpkgs';
    return reference.url !== undefined && isNixpkgsUrl(reference.url);
  });
}

function repositoryOf(reference: LockReference): { readonly owner: string; readonly repo: string } | null {
  if (reference.owner !== undefined && reference.repo !== undefined)
    return { owner: reference.owner, repo: reference.repo };
  if (reference.type !== 'git' || reference.url === undefined) return null;
  // `https://github.com/NixOS/nixpkgs.git`, `ssh://git@github.com/NixOS/nixpkgs`, `git@github.com:NixOS/nixpkgs`.
  const found =
    /^(?:[a-z+]+:\/\/)?(?:[^/@]*@)?[\w.-]+\.[a-z]+(?::\d+)?[/:]([^/?#]+)\/([^/?#]+?)(?:\.git)?\/?(?:[?#].*)?$/i.exec(
      reference.url.slice(0, 2000),
    );
  return found?.[1] === undefined || found[2] === undefined ? null : { owner: found[1], repo: found[2] };
}

function isNixpkgsUrl(text: string): boolean {
  if (text.length > 2000 || !URL.canParse(text.replace(/^tarball\+/, ''))) return false;
  const { hostname, pathname } = new URL(text.replace(/^tarball\+/, ''));
  const segments = pathname.toLowerCase().split('/').filter(Boolean);
  if (/(?:^|\.)nixos\.org$/i.test(hostname))
    return /\/nixexprs\.tar\.\w+$/.test(pathname) || segments.includes('nixpkgs');
  const [kind, second, third, fourth] = segments;
  // A mirror in a registry, or an archive of a repository.
  return kind === 'f' ? (second === 'pinned' ? fourth : third) === 'nixpkgs' : second === 'nixpkgs';
}

function plainRef(ref: string | undefined): string | null {
  return ref === undefined || ref === '' ? null : ref.replace(/^refs\/(?:heads|tags)\//, '');
}
