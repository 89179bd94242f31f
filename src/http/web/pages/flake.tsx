import { simplifiedVersion } from '../../../formats/nix/flake-version.ts';
import type { Release } from '../../../pipeline/releases/index.ts';
import { inputUrl } from '../../addresses.ts';
import type { PageContext } from '../context.ts';
import { CopyLine } from '../parts.tsx';
import { ReleaseRows } from './releases.tsx';

/** A flake in the registry: how to use it, and its releases. `releases` holds at least one. */
export function FlakePage({
  releases,
  context,
}: {
  readonly releases: readonly Release[];
  readonly context: PageContext;
}) {
  const newest = releases.find((release) => release.yankedAt === null) ?? releases[0];
  if (newest === undefined) return null;
  const { organisation, flake } = newest;
  const short = simplifiedVersion(newest.version);
  const [major = '0', minor = '0'] = short.split('.');
  const url = (range: string) => inputUrl(context.publicUrl, organisation, flake, range);
  return (
    <>
      <h1>
        {organisation}/{flake}
      </h1>
      <p class="lead">A flake with the whole package set. Its newest release is {short}.</p>
      <h2>Follow it</h2>
      <CopyLine text={`inputs.nixpkgs.url = "${url(major)}";`} label="the input line" />
      <p class="soft">
        With <code>{`${major}.${minor}`}</code> it stays within that minor version, with <code>{`=${short}`}</code> on
        exactly that release.
      </p>
      <h2>Releases</h2>
      <ReleaseRows releases={releases} context={context} />
    </>
  );
}
