/**
 * `https://github.com/curl/curl/releases/download/curl-8_17_0/curl-8.17.0.tar.xz` is `pkg:github/curl/curl`.
 * Package URLs: https://github.com/package-url/purl-spec; the `mirror://` addresses are those of Nixpkgs' fetchurl.
 */
export interface SourceIdentity {
  /** Without version: the package's own version is the better one. */
  readonly purl: string;
  /** The repository that the address names, where it does. */
  readonly repository: string | null;
}

interface Rule {
  readonly shape: RegExp;
  readonly identity: (match: readonly string[]) => SourceIdentity;
}

const forgeHosts = '(?:gitlab\\.[a-z0-9.-]+|salsa\\.debian\\.org|invent\\.kde\\.org)';

const rules: readonly Rule[] = [
  {
    shape: /^(?:git\+)?https?:\/\/(?:www\.)?github\.com\/([\w.-]+)\/([\w.-]+)/,
    identity: ([, owner, name]) => github(owner, name),
  },
  {
    shape: /^https:\/\/(?:codeload|raw)\.github(?:usercontent)?\.com\/([\w.-]+)\/([\w.-]+)\//,
    identity: ([, owner, name]) => github(owner, name),
  },
  {
    shape: new RegExp(`^https?://(${forgeHosts})/api/v4/projects/([^/]+)/`),
    identity: ([, host, project]) => gitlab(host, decodeURIComponent(project ?? '')),
  },
  {
    shape: new RegExp(`^https?://(${forgeHosts})/([\\w./-]+?)(?:\\.git|/-/.*|/uploads/.*)?/?$`),
    identity: ([, host, project]) => gitlab(host, project),
  },
  {
    shape: /^mirror:\/\/pypi\/[^/]+\/([^/]+)\//,
    identity: ([, name]) => registry('pypi', name?.toLowerCase().replaceAll(/[-_.]+/g, '-')),
  },
  {
    shape: /^https:\/\/files\.pythonhosted\.org\/packages\/(?:.*\/)?([A-Za-z0-9._-]+?)-\d[^/]*$/,
    identity: ([, name]) => registry('pypi', name?.toLowerCase().replaceAll(/[-_.]+/g, '-')),
  },
  {
    shape: /^https:\/\/(?:static\.)?crates\.io\/(?:api\/v1\/)?crates\/([^/]+)\//,
    identity: ([, name]) => registry('cargo', name),
  },
  {
    shape: /^(?:mirror:\/\/npm|https:\/\/[a-z.]*npmjs\.(?:org|com))\/((?:@[^/]+\/)?[^/]+)\/-\//,
    identity: ([, name]) => registry('npm', name?.replace('@', '%40')),
  },
  {
    shape: /^(?:https?:\/\/rubygems\.org|mirror:\/\/rubygems)\/(?:gems|downloads)\/(.+?)-\d[^/]*\.gem$/,
    identity: ([, name]) => registry('gem', name),
  },
  {
    shape: /^(?:mirror:\/\/hackage|https?:\/\/hackage\.haskell\.org\/package)\/([A-Za-z][A-Za-z0-9-]*?)-\d/,
    identity: ([, name]) => registry('hackage', name),
  },
  {
    shape: /^mirror:\/\/cpan\/authors\/id\/(?:[A-Z]\/[A-Z]{2}\/)?([A-Z]+)\/(?:.*\/)?([A-Za-z][\w-]*?)-v?\d[^/]*$/,
    identity: ([, author, name]) => registry('cpan', `${author}/${name}`),
  },
  {
    shape: /^(?:mirror:\/\/maven|https:\/\/repo1?\.maven(?:\.apache)?\.org\/maven2)\/(.+)\/([^/]+)\/[^/]+\/[^/]+$/,
    identity: ([, group, name]) => registry('maven', `${group?.replaceAll('/', '.')}/${name}`),
  },
  {
    shape: /^(?:mirror:\/\/gnu|https:\/\/ftpmirror\.gnu\.org|https:\/\/ftp\.gnu\.org\/gnu)\/([^/]+)\//,
    identity: ([, name]) => registry('gnu', name),
  },
  { shape: /^mirror:\/\/kernel\/linux\/kernel\/v\d/, identity: () => registry('kernel', 'linux') },
  {
    shape: /^mirror:\/\/(gnome|sourceforge|savannah|apache)\/(?:sources\/|project\/|releases\/)?([^/]+)\//,
    identity: ([, type, name]) => registry(type, name),
  },
];

/** What a source's address says of its origin; null when it follows no known form. */
export function purlOfSource(url: string): SourceIdentity | null {
  if (url.length > 2000) return null;
  for (const { shape, identity } of rules) {
    const match = shape.exec(url);
    if (match !== null) return safely(() => identity(match));
  }
  return null;
}

function github(owner = '', name = ''): SourceIdentity {
  const path = `${owner}/${name.replace(/\.git$/, '')}`.toLowerCase();
  return { purl: `pkg:github/${path}`, repository: `https://github.com/${path}` };
}

function gitlab(host = '', project = ''): SourceIdentity {
  const path = project.replace(/\.git$/, '').toLowerCase();
  return { purl: `pkg:gitlab/${path}`, repository: `https://${host}/${path}` };
}

function registry(type = '', name = ''): SourceIdentity {
  return { purl: `pkg:${type}/${name}`, repository: null };
}

function safely<Value>(make: () => Value): Value | null {
  try {
    return make();
  } catch {
    // A percent sign that begins no escape.
    return null;
  }
}
