import type { Child } from 'hono/jsx';
import { simplifiedVersion } from '../../../formats/nix/flake-version.ts';
import { type Release, versionStep } from '../../../pipeline/releases/index.ts';
import { paths } from '../../addresses.ts';
import type { PageContext } from '../context.ts';
import { counted } from '../format-time.ts';
import { Band, Empty, Moment } from '../parts.tsx';

const shown = 200;

export function ReleasesPage({
  releases,
  context,
  children,
}: {
  readonly releases: readonly Release[];
  readonly context: PageContext;
  /** What waits, for those who may see it. */
  readonly children?: Child;
}) {
  return (
    <>
      <h1>Releases</h1>
      <p class="lead">
        Each is the whole tree at one commit, and never changes. <a href="/feeds">Subscribe</a> to hear of new ones.
      </p>
      {children}
      <ReleaseRows releases={releases} context={context} />
    </>
  );
}

export function ReleaseRows({
  releases,
  context,
}: {
  readonly releases: readonly Release[];
  readonly context: PageContext;
}) {
  if (releases.length === 0) {
    return (
      <Empty>
        <p>There is no release yet.</p>
        <p>
          Make one with <code>snowguard release</code>.
        </p>
      </Empty>
    );
  }
  return (
    <>
      <ol class="rows plain">
        {releases.slice(0, shown).map((release) => (
          <li data-row>
            <div>
              <a class="name" href={paths.flakeVersion(release)}>
                {simplifiedVersion(release.version)}
              </a>{' '}
              <span class="soft">{release.channel}</span>
              {release.yankedAt !== null && <span class="tag alarm">withdrawn</span>}
              <p class="sub">{fixText(release)}</p>
            </div>
            <div class="end">
              <Moment at={release.publishedAt} now={context.now} />{' '}
              <span class="soft">
                <code>{release.commitId.slice(0, 10)}</code>
              </span>
            </div>
          </li>
        ))}
      </ol>
      {releases.length > shown && (
        <p class="more soft">
          {releases.length - shown} older ones are in the <a href="/api/v1/releases">API</a>.
        </p>
      )}
    </>
  );
}

function fixText({ fixes }: Release): string {
  if (fixes.length === 0) return 'No vulnerability fix.';
  const listed = fixes.slice(0, 4).map((fix) => `${fix.advisoryId} in ${fix.attr}`);
  return `${counted(fixes.length, 'fix', 'fixes')}: ${listed.join(', ')}${fixes.length > 4 ? ' and more' : ''}`;
}

export function FixRows({ release }: { readonly release: Release }) {
  if (release.fixes.length === 0) {
    return (
      <Empty>
        <p>This release fixes no known vulnerability that the one before had.</p>
      </Empty>
    );
  }
  return (
    <ol class="rows">
      {release.fixes.map((fix) => (
        <li data-row>
          <Band band={fix.band} />
          <div>
            <a class="name" href={paths.cve(fix.advisoryId)}>
              {fix.advisoryId}
            </a>{' '}
            in <a href={paths.package(fix.attr)}>{fix.attr}</a>
          </div>
          <div class="end">{versionStep(fix)}</div>
        </li>
      ))}
    </ol>
  );
}
