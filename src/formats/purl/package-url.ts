/**
 * `pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64` is a package of Debian, `pkg:npm/%40angular/animation@12.3.1` one of npm.
 * https://github.com/package-url/purl-spec, with what its type definitions say of case and of parts that must be there.
 */
export interface PackageUrl {
  readonly type: string;
  /** Segments with `/` between them. */
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly subpath: string | null;
}

type Parts = Pick<PackageUrl, 'type' | 'name'> & { readonly [Part in keyof PackageUrl]?: PackageUrl[Part] | null };

const longest = 8_000;

/** The parts, decoded and as their type writes them; null for what is no package URL. */
export function parsePackageUrl(text: string): PackageUrl | null {
  const rest = /^pkg:\/*(.*)$/is.exec(text)?.[1];
  if (rest === undefined || text.length > longest) return null;
  const [beforeSubpath, subpath] = cutAtLast(rest, '#');
  const [path, query] = cutAtLast(beforeSubpath, '?');
  const slash = path.indexOf('/');
  const at = path.lastIndexOf('@');
  // That of npm's scopes begins no version.
  const isScope = path[at - 1] === '/' && path.includes('/', at);
  const end = at < 0 || isScope ? path.length : at;
  if (slash < 0 || end <= slash || (end < path.length && path[end - 1] === '/')) return null;
  const type = path.slice(0, slash).toLowerCase();
  const segments = segmentsOf(path.slice(slash + 1, end));
  // A repository's host is all that names its place.
  const names = segments.splice(type === 'git' ? 1 : -1);
  try {
    return normalised({
      type,
      namespace: decoded(segments),
      name: decoded(names),
      version: end === path.length ? null : decodeURIComponent(path.slice(end + 1)),
      qualifiers: Object.fromEntries(
        (query ?? '').split('&').flatMap((pair) => {
          const [key, value] = cutAtFirst(pair, '=');
          return value === null ? [] : [[key, decodeURIComponent(value)]];
        }),
      ),
      subpath: decoded(segmentsOf(subpath ?? '')),
    });
  } catch {
    // A percent sign that begins no escape.
    return null;
  }
}

/** The canonical text; null when the parts make none, such as without a name. */
export function formatPackageUrl(parts: Parts): string | null {
  const normal = normalised(parts);
  if (normal === null) return null;
  const { type, namespace, name, version, qualifiers, subpath } = normal;
  const query = Object.entries(qualifiers).map(([key, value]) => `${key}=${encoded(value)}`);
  return [
    `pkg:${type}/`,
    namespace === null ? '' : `${encodedPath(namespace)}/`,
    type === 'git' ? encodedPath(name) : encoded(name),
    version === null ? '' : `@${encoded(version)}`,
    query.length === 0 ? '' : `?${query.join('&')}`,
    subpath === null ? '' : `#${encodedPath(subpath)}`,
  ].join('');
}

interface TypeRule {
  /** What is written in lower case alone. */
  readonly lower?: readonly ('namespace' | 'name' | 'version')[];
  readonly isValid?: (parts: PackageUrl) => boolean;
}

const both = { lower: ['namespace', 'name'] } as const;
const named = { lower: ['name'] } as const;

/** Go's modules differ by case, whatever the specification says: its own database keeps it. */
const rules: Readonly<Record<string, TypeRule>> = {
  alpm: both,
  apk: both,
  bitbucket: both,
  bitnami: named,
  brew: named,
  'chrome-extension': {
    isValid: ({ name, version }) => /^[a-p]{32}$/.test(name) && /^\d+(?:\.\d+){0,3}$/.test(version ?? '0'),
  },
  composer: both,
  cpan: { isValid: ({ name }) => !name.includes('::') },
  deb: both,
  github: both,
  gitlab: both,
  hex: both,
  huggingface: { lower: ['version'] },
  julia: { isValid: ({ qualifiers }) => qualifiers.uuid !== undefined },
  oci: named,
  otp: { isValid: ({ namespace }) => namespace === null },
  pypi: named,
  qpkg: { lower: ['namespace'] },
  rpm: { lower: ['namespace'] },
  swift: { isValid: ({ namespace }) => namespace !== null },
  vcpkg: { isValid: ({ namespace }) => namespace === null },
  'vscode-extension': { isValid: ({ namespace }) => namespace !== null },
};

function normalised(parts: Parts): PackageUrl | null {
  const type = parts.type?.toLowerCase() ?? '';
  const { lower = [], isValid } = rules[type] ?? {};
  const written = (part: 'namespace' | 'name' | 'version') => {
    const text = parts[part] ?? '';
    return (lower as readonly string[]).includes(part) ? text.toLowerCase() : text;
  };
  const qualifiers = Object.entries(parts.qualifiers ?? {})
    .map(([key, value]) => [key.toLowerCase(), value] as const)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const normal: PackageUrl = {
    type,
    namespace: segmentsOf(written('namespace')).join('/') || null,
    name: nameOf(type, written('name'), parts.qualifiers?.repository_url ?? ''),
    version: written('version') || null,
    qualifiers: Object.fromEntries(qualifiers),
    subpath:
      segmentsOf(parts.subpath ?? '')
        .filter((segment) => segment !== '.' && segment !== '..')
        .join('/') || null,
  };
  const isWhole =
    /^[a-z][a-z0-9.-]*$/.test(type) &&
    normal.name !== '' &&
    qualifiers.every(([key]) => /^[a-z][a-z0-9._-]*$/.test(key)) &&
    (isValid?.(normal) ?? true);
  return isWhole ? normal : null;
}

function nameOf(type: string, name: string, repository: string): string {
  if (type === 'pypi') return name.replaceAll('_', '-');
  return type === 'mlflow' && /\bazuredatabricks\.net\b/.test(repository) ? name.toLowerCase() : name;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function decoded(segments: readonly string[]): string {
  return segments.map(decodeURIComponent).join('/');
}

function encodedPath(path: string): string {
  return path.split('/').map(encoded).join('/');
}

/** As in a URL, but for the colon, which stays. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function cutAtLast(text: string, sign: string): readonly [string, string | null] {
  const at = text.lastIndexOf(sign);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

function cutAtFirst(text: string, sign: string): readonly [string, string | null] {
  const at = text.indexOf(sign);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}
