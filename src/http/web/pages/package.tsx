import { Fragment } from 'hono/jsx';
import type { Instance } from '../../../pipeline/catalog/index.ts';
import type { PackagePage as PackageReads } from '../../ports.ts';
import type { PageContext } from '../context.ts';
import { Empty, FindingRows, Scroll } from '../parts.tsx';
import { safeLink } from '../safe-link.tsx';

/** One package: where it stands in every channel, what it is built from, what is known against it. */
export function PackagePage({ page, context }: { readonly page: PackageReads; readonly context: PageContext }) {
  const first = page.channels.flatMap(({ instances }) => instances)[0];
  return (
    <>
      <p class="kicker">
        <a href="/packages">Packages</a>
      </p>
      <h1>{page.attr}</h1>
      <p class="lead">{first?.description || 'No description.'}</p>
      <section aria-labelledby="findings">
        <h2 id="findings">Findings</h2>
        {page.findings.length === 0 ? (
          <Empty>
            <p>Nothing known touches this package.</p>
          </Empty>
        ) : (
          <FindingRows rows={page.findings} now={context.now} />
        )}
      </section>
      <section aria-labelledby="versions">
        <h2 id="versions">Versions</h2>
        <Versions page={page} />
      </section>
      {first !== undefined && (
        <div class="split">
          <section aria-labelledby="made">
            <h2 id="made">Built from</h2>
            <Sources instance={first} />
          </section>
          <section aria-labelledby="about">
            <h2 id="about">About</h2>
            <About page={page} instance={first} />
          </section>
        </div>
      )}
    </>
  );
}

function Versions({ page }: { readonly page: PackageReads }) {
  const isEmpty = page.channels.every(({ instances, failures }) => instances.length + failures.length === 0);
  if (isEmpty) {
    return (
      <Empty>
        <p>No channel evaluates it at present.</p>
      </Empty>
    );
  }
  return (
    <Scroll label="Versions by channel and system">
      <table>
        <thead>
          <tr>
            <th scope="col">Channel</th>
            <th scope="col">System</th>
            <th scope="col">Version</th>
            <th scope="col">Derivation</th>
          </tr>
        </thead>
        <tbody>
          {page.channels.map(({ channel, instances, failures }) => (
            <>
              {instances.map((instance) => (
                <tr>
                  <th scope="row">{channel}</th>
                  <td>{instance.system}</td>
                  <td>{instance.version || 'none'}</td>
                  <td class="wrap">
                    <code>{instance.drvPath?.replace('/nix/store/', '') ?? 'not evaluated'}</code>
                  </td>
                </tr>
              ))}
              {failures.map((failure) => (
                <tr>
                  <th scope="row">{channel}</th>
                  <td>{failure.system}</td>
                  <td>
                    <span class="due at_risk">
                      {failure.how === 'missing' ? 'missing' : `evaluation ${failure.how}`}
                    </span>
                  </td>
                  <td class="wrap">{failure.message.slice(0, 300)}</td>
                </tr>
              ))}
            </>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Sources({ instance }: { readonly instance: Instance }) {
  return (
    <>
      <h3>Sources</h3>
      {instance.sources.length === 0 && <p class="soft">None recorded.</p>}
      {instance.sources.map((source) => (
        <p class="small">
          {source.urls[0] === undefined ? source.name : safeLink(source.urls[0])}
          {source.hash !== null && (
            <>
              <br />
              <code class="soft">{source.hash}</code>
            </>
          )}
        </p>
      ))}
      <h3>Patches</h3>
      {instance.patches.length === 0 && <p class="soft">None.</p>}
      <ul class="small">
        {instance.patches.map((patch) => (
          <li>
            {patch.name}
            {patch.path !== null && <span class="soft"> in the tree</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

function About({ page, instance }: { readonly page: PackageReads; readonly instance: Instance }) {
  const facts: readonly (readonly [string, ReturnType<typeof safeLink> | string])[] = [
    [
      'Covered',
      page.covered === null
        ? 'no'
        : `since ${page.covered.since}, for ${page.covered.owner}, as ${page.covered.category}`,
    ],
    ['Licence', instance.licences.join(', ') || 'not stated'],
    ['Maintainers', instance.maintainers.join(', ') || 'none named'],
    ['Home page', instance.homepage === null ? 'none' : safeLink(instance.homepage)],
    ['Defined in', instance.position ?? 'unknown'],
    [
      'CPE',
      instance.cpe.map(({ part, vendor, product }) => `${part}:${vendor ?? '*'}:${product}`).join(', ') ||
        'none declared',
    ],
  ];
  return (
    <dl class="facts">
      {facts.map(([term, value]) => (
        <Fragment>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
