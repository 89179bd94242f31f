import { simplifiedVersion } from '../../../formats/nix/flake-version.ts';
import { inputUrl, paths } from '../../addresses.ts';
import type { ReleasePage as ReleaseReads } from '../../ports.ts';
import type { PageContext } from '../context.ts';
import { bytes } from '../format-time.ts';
import { CopyLine, Day, Empty, Moment } from '../parts.tsx';
import { FixRows } from './releases.tsx';

/** One release: what it fixes, how to pin it, what changed, and every hash. */
export function ReleasePage({ page, context }: { readonly page: ReleaseReads; readonly context: PageContext }) {
  const { release, coverage, changes, previous, next } = page;
  const short = simplifiedVersion(release.version);
  const exact = inputUrl(context.publicUrl, release.organisation, release.flake, encodeURIComponent(`=${short}`));
  return (
    <>
      <p class="kicker">
        <a href="/releases">Releases</a> ·{' '}
        <a href={paths.flake(release.organisation, release.flake)}>
          {release.organisation}/{release.flake}
        </a>
      </p>
      <h1>
        {release.organisation}/{release.flake} {short}
      </h1>
      <p class="lead">
        Released <Moment at={release.publishedAt} now={context.now} /> on {release.channel}.
      </p>
      {release.yankedAt !== null && (
        <div class="notice">
          <p>
            Withdrawn on <Day at={release.yankedAt} />. Locks that name it go on working; ranges no longer lead here.
            Run <code>nix flake update</code>.
          </p>
        </div>
      )}
      <section aria-labelledby="fixes">
        <h2 id="fixes">Fixes</h2>
        <FixRows release={release} />
      </section>
      <section aria-labelledby="pin">
        <h2 id="pin">Stay on exactly this one</h2>
        <CopyLine text={`inputs.nixpkgs.url = "${exact}";`} label="the input line" />
      </section>
      {coverage.length > 0 && (
        <section aria-labelledby="coverage">
          <h2 id="coverage">Ready to fetch</h2>
          <ol class="rows plain">
            {coverage.map((one) => (
              <li data-row>
                <div>
                  {one.system}
                  {one.missing.length > 0 && <p class="sub">to be built: {one.missing.join(', ')}</p>}
                  {one.exception !== null && (
                    <p class="sub">
                      released below the minimum by {one.exception.by}
                      {one.exception.approvedBy !== null && ` and ${one.exception.approvedBy}`}: {one.exception.reason}
                    </p>
                  )}
                </div>
                <div class="end">
                  {one.present} of {one.wanted} <a href="/cache">in the cache</a>
                </div>
              </li>
            ))}
          </ol>
        </section>
      )}
      <section aria-labelledby="changes">
        <h2 id="changes">Changes</h2>
        {changes.length === 0 ? (
          <Empty>
            <p>{previous === null ? 'The first release.' : 'No change is recorded.'}</p>
          </Empty>
        ) : (
          <ol class="rows plain">
            {changes.slice(0, 200).map((change) => (
              <li>
                <div>
                  {change.subject}
                  <p class="sub">{change.authorName}</p>
                </div>
                <div class="end">
                  <Day at={change.at} />{' '}
                  <span class="soft">
                    <code>{change.commitId.slice(0, 10)}</code>
                  </span>
                </div>
              </li>
            ))}
          </ol>
        )}
      </section>
      <section aria-labelledby="hashes">
        <h2 id="hashes">Identity</h2>
        <dl class="facts">
          <dt>Version</dt>
          <dd>
            <code>{release.version}</code>
          </dd>
          <dt>Commit</dt>
          <dd>
            <code>{release.commitId}</code>
          </dd>
          <dt>Tree</dt>
          <dd>
            <code>{release.treeId}</code>
          </dd>
          <dt>NAR hash</dt>
          <dd>
            <code>{release.narHash}</code>
          </dd>
          <dt>Tarball SHA-256</dt>
          <dd>
            <code>{release.sha256}</code>
          </dd>
          <dt>Tarball</dt>
          <dd>
            <a href={paths.pinned(release)}>source.tar.gz</a>, {bytes(release.sizeBytes)}
          </dd>
        </dl>
      </section>
      <nav class="more" aria-label="Other releases">
        {previous !== null && <a href={paths.flakeVersion(previous)}>Before: {simplifiedVersion(previous.version)}</a>}
        {next !== null && <a href={paths.flakeVersion(next)}>After: {simplifiedVersion(next.version)}</a>}
      </nav>
    </>
  );
}
