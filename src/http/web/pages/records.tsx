import { assertNever } from '../../../foundation/assert-never.ts';
import type { AdvisoryRecord } from '../../../pipeline/advisories/index.ts';
import type { AffectedProduct } from '../../../pipeline/feeds/index.ts';
import { Day } from '../parts.tsx';

/** Each source's own say, one row a record. */
export function Records({ records }: { readonly records: readonly AdvisoryRecord[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Source</th>
          <th scope="col">Record</th>
          <th scope="col">Affected, as it says</th>
          <th scope="col">Published</th>
        </tr>
      </thead>
      <tbody>
        {records.slice(0, 40).map((record) => (
          <tr>
            <th scope="row">{record.source}</th>
            <td>
              {record.recordId}
              {record.state !== 'active' && <span class="tag">{record.state}</span>}
            </td>
            <td class="wrap">
              {record.affected.length === 0 && <span class="soft">names nothing</span>}
              {record.affected.slice(0, 6).map((product) => (
                <div>
                  {productName(product)} <span class="soft">{rangesText(product)}</span>
                </div>
              ))}
              {record.affected.length > 6 && <span class="soft">and {record.affected.length - 6} more</span>}
            </td>
            <td>{record.publishedAt === null ? '' : <Day at={record.publishedAt} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function productName({ identity }: AffectedProduct): string {
  switch (identity.kind) {
    case 'cpe':
      return `${identity.vendor} ${identity.product}`;
    case 'purl':
      return identity.purl;
    case 'package':
      return `${identity.name} (${identity.ecosystem})`;
    case 'product':
      return `${identity.vendor} ${identity.product}`;
    case 'repository':
      return identity.url;
    default:
      return assertNever(identity);
  }
}

function rangesText({ ranges, versions }: AffectedProduct): string {
  const spans = ranges.slice(0, 4).map(({ lo, loInclusive, hi, hiInclusive }) => {
    const from = lo === null ? '' : `${loInclusive ? 'from' : 'after'} ${lo}`;
    const to =
      hi === null
        ? lo === null
          ? 'every version'
          : 'no end given'
        : `${hiInclusive ? 'up to and with' : 'before'} ${hi}`;
    return `${from} ${to}`.trim();
  });
  const listed =
    versions.length === 0 ? [] : [versions.length <= 3 ? versions.join(', ') : `${versions.length} listed versions`];
  return [...spans, ...listed].join('; ').slice(0, 300);
}
