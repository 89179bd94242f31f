import { simplifiedVersion } from '../../../formats/nix/flake-version.ts';
import type { Release } from '../../../pipeline/releases/index.ts';
import { inputUrl, paths } from '../../addresses.ts';
import type { PageContext } from '../context.ts';
import { counted } from '../format-time.ts';
import { CopyLine } from '../parts.tsx';
import { ReleaseRows } from './releases.tsx';

/** At least one release of one flake, newest first. */
interface FlakeProps {
  readonly releases: readonly Release[];
  readonly context: PageContext;
}

const shown = 10;

/** A flake in the registry: how to use it, and its newest releases. */
export function FlakePage({ releases, context }: FlakeProps) {
  const newest = releases.find((release) => release.yankedAt === null) ?? releases[0];
  if (newest === undefined) return null;
  const { organisation, flake } = newest;
  const short = simplifiedVersion(newest.version);
  const [major = '0', minor = '0'] = short.split('.');
  const url = (range: string) => inputUrl(context.publicUrl, organisation, flake, range);
  return (
    <>
      <p class="kicker">
        <a href="/flakes">Flakes</a> · <a href={paths.organisation(organisation)}>{organisation}</a>
      </p>
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
      <ReleaseRows releases={releases.slice(0, shown)} context={context} />
      {releases.length > shown && (
        <p class="more">
          <a href={paths.flakeReleases(organisation, flake)}>All {counted(releases.length, 'release')}</a>
        </p>
      )}
    </>
  );
}

/** Every release of a flake. */
export function FlakeReleasesPage({ releases, context }: FlakeProps) {
  const [newest] = releases;
  if (newest === undefined) return null;
  return (
    <>
      <p class="kicker">
        <a href={paths.flake(newest.organisation, newest.flake)}>
          {newest.organisation}/{newest.flake}
        </a>
      </p>
      <h1>Releases</h1>
      <ReleaseRows releases={releases} context={context} />
    </>
  );
}
