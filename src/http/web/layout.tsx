import type { Child } from 'hono/jsx';
import { assetUrl, markPath } from './assets.ts';

/** What people do, what they ship, and what they look at. */
const groups = [
  [
    'Work',
    [
      ['/queue', 'Queue'],
      ['/findings', 'Findings'],
      ['/reviews', 'Reviews'],
      ['/requests', 'Requests'],
      ['/deliveries', 'Deliveries'],
    ],
  ],
  [
    'Set',
    [
      ['/channels', 'Channels'],
      ['/packages', 'Packages'],
      ['/covered', 'Covered'],
      ['/releases', 'Releases'],
      ['/flakes', 'Flakes'],
      ['/cache', 'Cache'],
      ['/consumers', 'Consumers'],
    ],
  ],
  [
    'Watch',
    [
      ['/sla', 'Promise'],
      ['/advisories', 'Advisories'],
      ['/feeds', 'Feeds'],
      ['/rescore', 'Rescoring'],
      ['/subscriptions', 'Subscriptions'],
    ],
  ],
] as const;

export type Section = '/' | (typeof groups)[number][1][number][0] | null;

interface LayoutProps {
  readonly title: string;
  /** What the set is called: `acme/secure`. */
  readonly name: string;
  readonly section: Section;
  /** Who is signed in; null: a stranger, who is offered to. */
  readonly person?: string | null;
  /** Where a stranger signs in, to come back here. */
  readonly signIn?: string;
  readonly children?: Child;
}

function Layout({ title, name, section, person, signIn, children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title === name ? `${name}: secure packages` : `${title} · ${name}`}</title>
        <link rel="icon" href={assetUrl('mark.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assetUrl('site.css')} />
        <link rel="alternate" type="application/atom+xml" title={`${name}: releases`} href="/feeds/releases.atom" />
        <link rel="alternate" type="application/atom+xml" title={`${name}: advisories`} href="/feeds/advisories.atom" />
        <script src={assetUrl('keys.js')} defer></script>
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="top">
          <div class="frame">
            <a class="brand" href="/">
              <svg
                viewBox="0 0 24 24"
                fill="none"
                stroke="currentColor"
                stroke-width="1.7"
                stroke-linecap="round"
                aria-hidden="true"
              >
                <path d={markPath} />
              </svg>
              {name}
            </a>
            <nav aria-label="Sections">
              <a href="/" aria-current={section === '/' ? 'page' : undefined}>
                Overview
              </a>
              {groups.map(([group, links]) => (
                // One name: opening one closes the others.
                <details name="sections">
                  <summary class={links.some(([href]) => href === section) ? 'here' : undefined}>{group}</summary>
                  <ul>
                    {links.map(([href, label]) => (
                      <li>
                        <a href={href} aria-current={href === section ? 'page' : undefined}>
                          {label}
                        </a>
                      </li>
                    ))}
                  </ul>
                </details>
              ))}
            </nav>
            {person !== undefined && (
              <a class="me" href={person === null ? signIn : '/account'}>
                {person ?? 'Sign in'}
              </a>
            )}
          </div>
        </header>
        <main id="main" tabindex={-1}>
          <div class="frame">{children}</div>
        </main>
        <footer class="bottom">
          <div class="frame">
            <p>
              Kept with Snowguard. <a href="/api/openapi.json">API</a>, <a href="/feeds">feeds</a>
            </p>
            <p class="keys">
              <kbd>?</kbd> shows the keys
            </p>
          </div>
        </footer>
        <dialog id="keys" aria-labelledby="keys-title">
          <h2 id="keys-title">Keys</h2>
          <dl class="facts">
            <dt>
              <kbd>j</kbd> <kbd>k</kbd>
            </dt>
            <dd>next and previous row</dd>
            <dt>
              <kbd>Enter</kbd>
            </dt>
            <dd>open it</dd>
            <dt>
              <kbd>/</kbd>
            </dt>
            <dd>search</dd>
            <dt>
              <kbd>?</kbd>
            </dt>
            <dd>show or hide this</dd>
          </dl>
        </dialog>
      </body>
    </html>
  );
}

/** A whole document as text. */
export async function renderDocument(props: LayoutProps): Promise<string> {
  return `<!doctype html>\n${await (<Layout {...props} />).toString()}`;
}
