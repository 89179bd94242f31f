import {
  documentsOf,
  lineState,
  type PublishedAdvisory,
  type PublishedLine,
} from '../../../pipeline/evidence/index.ts';
import { paths } from '../../addresses.ts';
import { counted } from '../format-time.ts';
import { Band, Day, Moment, Scroll } from '../parts.tsx';
import { safeLink } from '../safe-link.tsx';
import { Timeline } from './publication-timeline.tsx';

const longestDetails = 8_000;
const mostReferences = 40;
const formats = {
  osv: 'OSV',
  csaf: 'CSAF 2.0',
  'csaf-vex': 'CSAF 2.0, as VEX',
  cyclonedx: 'CycloneDX 1.6',
  openvex: 'OpenVEX',
} as const;

/** One advisory of ours: where every channel stands, what happened when, and the same for machines. */
export function PublicationPage({ read, now }: { readonly read: PublishedAdvisory; readonly now: number }) {
  const { id, attr, vulnerability, withdrawn, lines, events } = read;
  const fixed = lines.filter(({ release }) => release !== null);
  return (
    <>
      <p class="kicker">
        <a href="/advisories">Advisories</a> · published by us
      </p>
      <h1>{id}</h1>
      <p class="lead">
        {vulnerability.id} in {attr}
        {vulnerability.title !== '' && `: ${vulnerability.title}`}
      </p>
      {withdrawn !== null && (
        <div class="notice">
          <p>
            Withdrawn <Moment at={withdrawn.at} now={now} />.{' '}
            {withdrawn.by === null ? (
              'It counts for nothing any more.'
            ) : (
              <>
                <a href={paths.publication(withdrawn.by)}>{withdrawn.by}</a> speaks of the same.
              </>
            )}
          </p>
        </div>
      )}
      <About read={read} />
      <section aria-labelledby="lines">
        <h2 id="lines">Channel by channel</h2>
        {lines.length === 0 ? (
          <p>Nothing is said of any channel under this id.</p>
        ) : (
          <ol class="rows plain">
            {lines.map((line) => (
              <Line line={line} />
            ))}
          </ol>
        )}
      </section>
      {fixed.length > 0 && (
        <section aria-labelledby="fixes">
          <h2 id="fixes">Fixes</h2>
          {fixed.map((line) => (
            <Fix line={line} />
          ))}
        </section>
      )}
      <section aria-labelledby="happened">
        <h2 id="happened">What happened</h2>
        <Timeline events={events} />
      </section>
      {(vulnerability.details !== '' || vulnerability.references.length > 0) && <Told vulnerability={vulnerability} />}
      <section aria-labelledby="machines">
        <h2 id="machines">For machines</h2>
        <ul class="evidence">
          {documentsOf(read).map(({ format, about, path }) => (
            <li>
              <a href={`/${path}`}>{formats[format]}</a>
              {about !== null && ` of everything in ${about}`}
            </li>
          ))}
          <li>
            <a href={`/api/v1/publications/${encodeURIComponent(id)}`}>JSON of this page</a>
          </li>
        </ul>
      </section>
    </>
  );
}

function About({ read }: { readonly read: PublishedAdvisory }) {
  const { attr, vulnerability } = read;
  const { id, names, ratings, band, knownExploitedSince } = vulnerability;
  const others = names.filter((name) => name !== id);
  return (
    <dl class="facts">
      <dt>Package</dt>
      <dd>
        <a href={paths.package(attr)}>{attr}</a>
      </dd>
      <dt>Vulnerability</dt>
      <dd>
        <a href={paths.cve(id)}>{id}</a>
        {others.length > 0 && <span class="under">also {others.slice(0, 20).join(', ')}</span>}
      </dd>
      <dt>Severity</dt>
      <dd>
        <Band band={band} />
        {ratings.map(({ source, score, vector }) => (
          <span class="under">
            {score.toFixed(1)} by {source}: {vector}
          </span>
        ))}
      </dd>
      <dt>Exploited</dt>
      <dd>
        {knownExploitedSince === null ? (
          'not known'
        ) : (
          <>
            known since <Day at={knownExploitedSince} />
          </>
        )}
      </dd>
      <dt>Published</dt>
      <dd>
        <Day at={read.publishedAt} />, last changed <Day at={read.modifiedAt} />
      </dd>
    </dl>
  );
}

function Line({ line }: { readonly line: PublishedLine }) {
  const { channel, version, says } = line;
  const isReleased = says.kind === 'affected' && says.remedy === 'released';
  return (
    <li data-row>
      <div>
        <span class="name">{channel}</span> <span class="soft">{version}</span>
        {says.kind === 'affected' && <p class="sub">{says.action}</p>}
        {says.kind === 'fixed' && says.statement !== null && <p class="sub">{says.statement}</p>}
        {says.kind === 'not_affected' && (
          <p class="sub">
            {says.statement} ({says.justification.replaceAll('_', ' ')}) {safeLink(says.evidence)}
          </p>
        )}
      </div>
      <div class="end">
        <span class={`verdict ${isReleased ? 'fixed' : says.kind}`}>{lineState(line)}</span>
      </div>
    </li>
  );
}

function Fix({ line }: { readonly line: PublishedLine }) {
  const { channel, version, fixedVersion, fixKind, release, derivations, patches } = line;
  if (release === null) return null;
  return (
    <>
      <h3>
        {channel}: {fixKind === 'patch' ? `${fixedVersion ?? version}, patched` : (fixedVersion ?? version)}
      </h3>
      <dl class="facts">
        <dt>Release</dt>
        <dd>
          <a href={`/releases/${release.uuid}`}>{release.version}</a>, <Day at={release.publishedAt} />
        </dd>
        <dt>Commit</dt>
        <dd>
          <code>{release.revision}</code>
        </dd>
        {patches.map(({ name, urls, hash, path }) => (
          <>
            <dt>Patch</dt>
            <dd>
              {name}
              {path !== null && <span class="under">{path}</span>}
              {urls.map((url) => (
                <span class="under">{safeLink(url)}</span>
              ))}
              {hash !== null && (
                <span class="under">
                  <code>{hash}</code>
                </span>
              )}
            </dd>
          </>
        ))}
      </dl>
      {derivations.length > 0 && (
        <details>
          <summary class="small">What it builds on {counted(derivations.length, 'system')}</summary>
          <Scroll label={`What the fix in ${channel} builds`}>
            <ul class="evidence">
              {derivations.map(({ system, drvPath, outputs }) => (
                <li>
                  {system}: <code>{Object.values(outputs).join(' ') || (drvPath ?? 'not known')}</code>
                </li>
              ))}
            </ul>
          </Scroll>
        </details>
      )}
    </>
  );
}

function Told({ vulnerability }: Pick<PublishedAdvisory, 'vulnerability'>) {
  return (
    <section aria-labelledby="what">
      <h2 id="what">What it is</h2>
      <p class="prose">{vulnerability.details.slice(0, longestDetails)}</p>
      <ul class="evidence">
        {vulnerability.references.slice(0, mostReferences).map((url) => (
          <li>{safeLink(url)}</li>
        ))}
      </ul>
    </section>
  );
}
