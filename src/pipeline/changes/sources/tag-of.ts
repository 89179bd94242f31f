import type { RemoteTag } from '../../../platform/git/index.ts';
import type { Instance } from '../../catalog/index.ts';

const forge =
  /^https:\/\/(github\.com|gitlab\.com|codeberg\.org|gitlab\.freedesktop\.org|gitlab\.gnome\.org)\/([\w.-]+)\/([\w.-]+?)(?:\.git)?(?:[/?#]|$)/;

/**
 * The repository that a package's releases are tagged in. Only a well-known forge is believed on the word of a package file:
 * git would follow any other address, also into the operator's own network.
 */
export function repositoryOf(
  { attr, sources, homepage }: Pick<Instance, 'attr' | 'sources' | 'homepage'>,
  repositories: Readonly<Record<string, string>>,
): string | null {
  const named = repositories[attr];
  if (named !== undefined) return named;
  for (const url of [...sources.flatMap(({ urls }) => urls), homepage ?? '']) {
    const [, host, owner, name] = forge.exec(url) ?? [];
    if (host !== undefined) return `https://${host}/${owner}/${name}`;
  }
  return null;
}

/** The tag of a version: the one that the package names, else the only one with the same numbers in the same order. */
export function tagOf(
  { pname, version, sources }: Pick<Instance, 'pname' | 'version' | 'sources'>,
  tags: readonly RemoteTag[],
): RemoteTag | null {
  const byName = new Map(tags.map((tag) => [tag.name, tag]));
  const usual = [`v${version}`, version, `${pname}-${version}`, `release-${version}`, `${pname}-v${version}`];
  for (const name of [...sources.flatMap(({ tag }) => tag ?? []), ...usual]) {
    const tag = byName.get(name);
    if (tag !== undefined) return tag;
  }
  const numbers = numbersOf(version);
  // `curl-8_17_0`, `R_2_7_3`, `V_9_9_P1`, `REL_17_9`; not `1.2.0-rc1` for `1.2.0`.
  const same = numbers === '' ? [] : tags.filter(({ name }) => numbersOf(withoutName(name, pname)) === numbers);
  const [first] = same;
  return first !== undefined && same.every(({ commitId }) => commitId === first.commitId) ? first : null;
}

function withoutName(tag: string, pname: string): string {
  return tag.toLowerCase().startsWith(pname.toLowerCase()) ? tag.slice(pname.length) : tag;
}

/** `9_9_P1` and `9.9p1` alike: numbers, and the letters between them. */
function numbersOf(text: string): string {
  const start = text.search(/\d/);
  if (start < 0) return '';
  return (
    text
      .slice(start)
      .toLowerCase()
      .match(/\d+|[a-z]+/g) ?? []
  ).join('.');
}
