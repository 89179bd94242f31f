import type { Child } from 'hono/jsx';
import { simplifiedVersion } from '../../../formats/nix/flake-version.ts';
import { outputLeaves, type RegistryFlake, type ReleaseText } from '../../../pipeline/releases/index.ts';
import { inputUrl, paths } from '../../addresses.ts';
import type { PageContext } from '../context.ts';
import { counted } from '../format-time.ts';
import { CopyLine } from '../parts.tsx';
import { ReleaseRows } from './releases.tsx';

interface FlakeProps {
  readonly flake: RegistryFlake;
  readonly context: PageContext;
}

const shown = 10;
const mostOutputs = 200;
const mostReadme = 200_000;

/** A flake in the registry: what it is, how to use it, and its newest releases. */
export function FlakePage({
  flake: { organisation, flake, visibility, description, labels, releases, newest },
  text,
  keeping,
  context,
}: FlakeProps & {
  readonly text: ReleaseText | null;
  /** What who is signed in may do with it. */
  readonly keeping: Child;
}) {
  const short = simplifiedVersion(newest?.version ?? '');
  const [major = '0', minor = '0'] = short.split('.');
  const url = (range: string) => inputUrl(context.publicUrl, organisation, flake, range);
  const fallback = text === null ? 'A flake with the whole package set.' : '';
  return (
    <>
      <p class="kicker">
        <a href="/flakes">Flakes</a> · <a href={paths.organisation(organisation)}>{organisation}</a>
      </p>
      <h1>
        {organisation}/{flake}
      </h1>
      <p class="lead">
        {description ?? fallback} {newest === null ? 'It has no release.' : `Its newest release is ${short}.`}
      </p>
      {(visibility !== 'public' || labels.length > 0) && (
        <p>
          {visibility !== 'public' && <span class="tag">{visibility}</span>}
          {labels.map((label) => (
            <a class="tag" href={`/label/${encodeURIComponent(label)}`}>
              {label}
            </a>
          ))}
        </p>
      )}
      {newest !== null && (
        <>
          <h2>Follow it</h2>
          <CopyLine
            text={`inputs.${text === null ? 'nixpkgs' : inputName(flake)}.url = "${url(major)}";`}
            label="the input line"
          />
          <p class="soft">
            With <code>{`${major}.${minor}`}</code> it stays within that minor version, with <code>{`=${short}`}</code>{' '}
            on exactly that release.
          </p>
        </>
      )}
      <h2>Releases</h2>
      <ReleaseRows releases={releases.slice(0, shown).map(({ release }) => release)} context={context} />
      {releases.length > shown && (
        <p class="more">
          <a href={paths.flakeReleases(organisation, flake)}>All {counted(releases.length, 'release')}</a>
        </p>
      )}
      {keeping}
      {text !== null && <Outputs outputs={text.outputs} />}
      {text?.readme != null && (
        <>
          <h2>Readme</h2>
          <pre class="sheet" tabindex={0}>
            {text.readme.slice(0, mostReadme)}
          </pre>
        </>
      )}
    </>
  );
}

/** Every release of a flake. */
export function FlakeReleasesPage({ flake, context }: FlakeProps) {
  return (
    <>
      <p class="kicker">
        <a href={paths.flake(flake.organisation, flake.flake)}>
          {flake.organisation}/{flake.flake}
        </a>
      </p>
      <h1>Releases</h1>
      <ReleaseRows releases={flake.releases.map(({ release }) => release)} context={context} />
    </>
  );
}

function Outputs({ outputs }: { readonly outputs: ReleaseText['outputs'] }) {
  const leaves = outputLeaves(outputs);
  if (leaves.length === 0) return null;
  return (
    <>
      <h2>Outputs</h2>
      <ul class="plain">
        {leaves.slice(0, mostOutputs).map(({ path, what }) => (
          <li>
            <code>{path.join('.')}</code> {what !== null && <span class="soft">{what}</span>}
          </li>
        ))}
      </ul>
      {leaves.length > mostOutputs && <p class="soft">and {leaves.length - mostOutputs} more</p>}
    </>
  );
}

/** A name that stands bare in a flake. */
function inputName(flake: string): string {
  return /^[A-Za-z_][\w'-]*$/.test(flake) ? flake : JSON.stringify(flake);
}
