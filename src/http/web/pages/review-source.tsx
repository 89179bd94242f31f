import { paths } from '../../addresses.ts';
import type { SourceDiff } from '../../ports.ts';
import { Empty } from '../parts.tsx';
import { DiffText } from './diff-text.tsx';

const mostListed = 200;

/** The new source of a package against the one before it, or against its tag. */
export function ReviewSourcePage({ id, diff }: { readonly id: string; readonly diff: SourceDiff }) {
  const { source, against, files, fileCount, text, cut } = diff;
  const { attr, name, tag, before } = source;
  return (
    <>
      <p class="kicker">
        <a href={paths.review(id)}>Review {id}</a> · {attr}
      </p>
      <h1>{name}</h1>
      <p class="lead">
        {against === 'tag'
          ? `What the archive has otherwise than the tag ${tag?.name} of ${tag?.repository}. Added here: only the archive has it.`
          : 'What is new since the source before.'}{' '}
        {against === 'tag' && before !== null && (
          <a href={paths.reviewSource(id, attr, 'before')}>Against the one before</a>
        )}
        {against === 'before' && tag !== null && (
          <a href={paths.reviewSource(id, attr, 'tag')}>Against the tag {tag.name}</a>
        )}
      </p>
      {fileCount === 0 ? (
        <Empty>
          <p>Nothing differs.</p>
        </Empty>
      ) : (
        <>
          <details>
            <summary>{fileCount} files differ</summary>
            <ul>
              {files.slice(0, mostListed).map(({ status, path }) => (
                <li>
                  {status} <code>{path}</code>
                </li>
              ))}
            </ul>
            {fileCount > mostListed && <p class="sub">And {fileCount - mostListed} more.</p>}
          </details>
          <DiffText text={text} />
          {cut && <p class="sub">Cut here; what a build reads stands first.</p>}
        </>
      )}
    </>
  );
}
