import { simplifiedVersion } from '../../../formats/nix/flake-version.ts';
import type { RegistryFlake } from '../../../pipeline/releases/index.ts';
import { paths } from '../../addresses.ts';
import type { PageContext } from '../context.ts';
import { counted } from '../format-time.ts';
import { Empty, Moment } from '../parts.tsx';

/** Some of the flakes of the registry. `none` says why there is nothing to show. */
export function FlakesPage({
  title,
  none,
  flakes,
  context,
}: {
  readonly title: string;
  readonly none: string;
  readonly flakes: readonly RegistryFlake[];
  readonly context: PageContext;
}) {
  return (
    <>
      <p class="kicker">
        <a href="/flakes">Flakes</a> · <a href="/orgs">Organisations</a> · <a href="/new">Publish one</a>
      </p>
      <h1>{title}</h1>
      {flakes.length === 0 ? (
        <Empty>
          <p>{none}</p>
        </Empty>
      ) : (
        <ol class="rows plain">
          {flakes.map(({ organisation, flake, description, labels, visibility, newest, live }) => (
            <li data-row>
              <div>
                <a href={paths.organisation(organisation)}>{organisation}</a>/
                <a class="name" href={paths.flake(organisation, flake)}>
                  {flake}
                </a>
                {visibility !== 'public' && <span class="tag">{visibility}</span>}
                <p class="sub">{[description, counted(live, 'release'), ...labels].filter(Boolean).join(' · ')}</p>
              </div>
              {newest !== null && (
                <div class="end">
                  {simplifiedVersion(newest.version)}{' '}
                  <span class="soft">
                    <Moment at={newest.publishedAt} now={context.now} />
                  </span>
                </div>
              )}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
