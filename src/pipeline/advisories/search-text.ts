import type { ProductIdentity } from '../feeds/index.ts';
import type { Advisory } from './model.ts';

const longestProducts = 400;
const longestDetails = 300;
const mostWords = 8;

/** What a search looks through: ids, title, products and the beginning of the text. */
export function searchTextOf(advisory: Advisory, linkedIds: readonly string[]): string {
  const products = new Set(
    advisory.records.flatMap(({ affected }) => affected.map(({ identity }) => nameOf(identity))),
  );
  return [
    advisory.id,
    ...advisory.aliases,
    ...linkedIds.slice(0, 50),
    advisory.title,
    [...products].sort().join(' ').slice(0, longestProducts),
    advisory.details.slice(0, longestDetails),
  ]
    .join(' ')
    .replaceAll(/[\s\0]+/g, ' ')
    .toLowerCase()
    .toWellFormed();
}

/** A pattern for LIKE (with `\` as escape) a word; all must match. */
export function searchPatterns(text: string): readonly string[] {
  const words = text.replaceAll('\0', '').toLowerCase().toWellFormed().split(/\s+/);
  return [...new Set(words.filter((word) => word !== ''))]
    .slice(0, mostWords)
    .map((word) => `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`);
}

function nameOf(identity: ProductIdentity): string {
  switch (identity.kind) {
    case 'cpe':
    case 'product':
      return `${identity.vendor} ${identity.product}`;
    case 'purl':
      return identity.purl;
    case 'package':
      return identity.name;
    case 'repository':
      return identity.url;
  }
}
