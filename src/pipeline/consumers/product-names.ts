import type { Advisory } from '../advisories/index.ts';

const most = 20;

type Identity = Advisory['records'][number]['affected'][number]['identity'];

/** What the records of an advisory call the product: the names that were tried. */
export function productNames({ records }: Pick<Advisory, 'records'>): string[] {
  const names = records.flatMap(({ affected }) => affected.map(({ identity }) => nameOf(identity).slice(0, 200)));
  return [...new Set(names)].sort().slice(0, most);
}

function nameOf(identity: Identity): string {
  switch (identity.kind) {
    case 'cpe':
    case 'product':
      return identity.product;
    case 'package':
      return identity.name;
    case 'purl':
      return identity.purl.split(/[?#]/)[0] ?? '';
    case 'repository':
      return identity.url;
  }
}
