import { parseFlakeVersion } from '../../formats/nix/flake-version.ts';
import type { FlakeName } from './registry.ts';

/** What an input that is not ours names, as far as a registry can publish it. */
export type Upstream =
  | { readonly kind: 'published-as'; readonly flake: FlakeName; readonly range: string | null }
  | { readonly kind: 'stays'; readonly reason: string }
  /** Nothing that any registry stands for: a path, an archive, another forge. */
  | { readonly kind: 'foreign' };

const nixpkgs: FlakeName = { organisation: 'NixOS', flake: 'nixpkgs' };

/** `github:NixOS/nixpkgs/nixos-26.05` is NixOS/nixpkgs in the range 0.2605; `github:o/r/v1.2.3` is o/r at =1.2.3. */
export function readUpstream(url: string): Upstream {
  const [reference = '', query] = url.split(/[?#](.*)/s);
  const registered = /^(?:flake:)?nixpkgs(?:\/(.*))?$/s.exec(reference);
  const github = /^github:([\w.-]+)\/([\w.-]+?)(?:\/(.*))?$/s.exec(reference);
  if (registered === null && github === null) return { kind: 'foreign' };
  if (query !== undefined) return { kind: 'stays', reason: 'its URL says more than a flake and a version' };
  const [, organisation = '', flake = '', ref] = github ?? [null, nixpkgs.organisation, nixpkgs.flake, registered?.[1]];
  if (isNixpkgs({ organisation, flake })) return ofBranch(ref);
  const name = { organisation, flake };
  if (ref === undefined) return { kind: 'published-as', flake: name, range: null };
  const version = ref.replace(/^v/, '');
  return parseFlakeVersion(version) === null
    ? { kind: 'stays', reason: `${ref} is a branch or a commit, not a version` }
    : { kind: 'published-as', flake: name, range: `=${version}` };
}

export function isNixpkgs({ organisation, flake }: FlakeName): boolean {
  return `${organisation}/${flake}`.toLowerCase() === 'nixos/nixpkgs';
}

function ofBranch(ref: string | undefined): Upstream {
  if (ref === undefined) return { kind: 'published-as', flake: nixpkgs, range: null };
  const branch = ref.replace(/-(?:small|darwin)$/, '');
  if (branch === 'nixos-unstable' || branch === 'nixpkgs-unstable')
    return { kind: 'published-as', flake: nixpkgs, range: '0.1' };
  const release = /^(?:nixos|nixpkgs|release)-(\d\d)\.(\d\d)$/.exec(branch);
  const minor = `${release?.[1]}${release?.[2]}`;
  if (release === null || !isNixpkgsRelease(minor))
    return { kind: 'stays', reason: `${ref} is no channel of Nixpkgs that a version stands for` };
  return { kind: 'published-as', flake: nixpkgs, range: `0.${minor}` };
}

/** The GitHub reference of what a release was made from. */
export function upstreamUrl(given: {
  /** `owner/repository`. */
  readonly source: string;
  readonly subdirectory: string | null;
  readonly version: string;
}): string {
  const query = given.subdirectory === null || given.subdirectory === '' ? '' : `?dir=${encodeURI(given.subdirectory)}`;
  return `github:${given.source}${refOf(given.source.toLowerCase(), given.version)}${query}`;
}

function refOf(source: string, version: string): string {
  const minor = /^0\.(\d+)\./.exec(version)?.[1] ?? '';
  const release = isNixpkgsRelease(minor) ? `${minor.slice(0, 2)}.${minor.slice(2)}` : null;
  if (source === 'nixos/nixpkgs') return release === null ? '' : `/nixos-${release}`;
  if (source === 'nix-community/home-manager') return release === null ? '' : `/release-${release}`;
  return /\+rev-[0-9a-f]{40}$/.test(version) ? '' : `/${version}`;
}

/** `2605`: Nixpkgs is released in May and November since 21.05, before that it was in March and September. */
function isNixpkgsRelease(minor: string): boolean {
  if (!/^\d{4}$/.test(minor)) return false;
  const [year, month] = [Number(minor.slice(0, 2)), minor.slice(2)];
  return Number(minor) >= 2105 ? ['05', '11'].includes(month) : year >= 20 && ['03', '09'].includes(month);
}
