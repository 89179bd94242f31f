import type { AdvisoryRecord } from '../../../pipeline/advisories/index.ts';
import type { AffectedProduct } from '../../../pipeline/feeds/index.ts';
import { counted } from '../format-time.ts';
import { Day } from '../parts.tsx';
import { limitWords, productWords, severityWords, statementWords, versionWords } from '../record-words.ts';

const maxRecords = 40;
const maxEntries = 6;
const maxRatings = 4;

/** Each source's own say, one row a record. */
export function Records({ records }: { readonly records: readonly AdvisoryRecord[] }) {
  return (
    <>
      <table>
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">Record</th>
            <th scope="col">What it says</th>
            <th scope="col">Published</th>
          </tr>
        </thead>
        <tbody>
          {records.slice(0, maxRecords).map((record) => (
            <tr>
              <th scope="row">{record.source}</th>
              <td>
                {record.recordId}
                {record.state !== 'active' && <span class="tag">{record.state}</span>}
                {record.tags.map((tag) => (
                  <span class="tag">{tag.replaceAll('-', ' ')}</span>
                ))}
                {record.severities.slice(0, maxRatings).map((severity) => (
                  <span class="under">{severityWords(severity)}</span>
                ))}
              </td>
              <td class="wrap">
                <Says record={record} />
              </td>
              <td>{record.publishedAt === null ? '' : <Day at={record.publishedAt} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Rest count={records.length} shown={maxRecords} noun="record" />
    </>
  );
}

function Says({ record: { affected, statements } }: { readonly record: AdvisoryRecord }) {
  if (affected.length === 0 && statements.length === 0) return <span class="soft">names nothing</span>;
  return (
    <>
      {affected.slice(0, maxEntries).map((product) => (
        <Entry product={product} />
      ))}
      <Rest count={affected.length} shown={maxEntries} noun="product" />
      {statements.slice(0, maxEntries).map((statement) => (
        <div>
          {statement.product.slice(0, 200)} <span class="soft">{statementWords(statement)}</span>
        </div>
      ))}
      <Rest count={statements.length} shown={maxEntries} noun="statement" />
    </>
  );
}

function Entry({ product }: { readonly product: AffectedProduct }) {
  return (
    <div>
      {productWords(product)} <span class="soft">{versionWords(product)}</span>
      {limitWords(product).map((words) => (
        <span class="under">{words}</span>
      ))}
    </div>
  );
}

function Rest({ count, shown, noun }: { readonly count: number; readonly shown: number; readonly noun: string }) {
  return count > shown ? <span class="soft">and {counted(count - shown, `more ${noun}`)}</span> : null;
}
