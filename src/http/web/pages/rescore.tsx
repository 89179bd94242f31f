import type { MatchDifference, StoredMatch } from '../../../pipeline/matching/index.ts';
import { paths } from '../../addresses.ts';
import type { RescoreRead } from '../../ports.ts';
import type { PageContext } from '../context.ts';
import { CopyLine, Moment, Pager } from '../parts.tsx';
import { shadowWords } from './rescores.tsx';

const kinds = { appeared: 'New', vanished: 'Gone', changed: 'Otherwise' } as const;

/** What a newer matching algorithm would change in one channel, match by match, and how to adopt it. */
export function RescorePage({
  read,
  after,
  context,
}: {
  readonly read: RescoreRead;
  readonly after: string | null;
  readonly context: PageContext;
}) {
  const { shadow, items } = read;
  return (
    <>
      <p class="kicker">
        <a href="/rescore">Rescoring</a>
      </p>
      <h1>What a newer matching would change in {shadow.channel}</h1>
      <p class="lead">
        Algorithm {shadow.newerAlgorithm} against algorithm {shadow.algorithm}, on the same packages and advisories,{' '}
        <Moment at={shadow.comparedAt} now={context.now} />: {shadowWords(shadow)}
      </p>
      <CopyLine
        text={`snowguard rescore --channel ${shadow.channel} --adopt --reason "…"`}
        label="the command that adopts it"
      />
      <ol class="rows plain">
        {items.map((difference) => (
          <DifferenceRow difference={difference} />
        ))}
      </ol>
      <Pager page={read} path={paths.rescore(shadow.channel)} query={{}} after={after} />
    </>
  );
}

function DifferenceRow({ difference }: { readonly difference: MatchDifference }) {
  const { kind, attr, advisoryId, before, after, isHeld } = difference;
  return (
    <li data-row>
      <div>
        <a class="name" href={paths.explain(advisoryId, attr)}>
          {attr} and {advisoryId}
        </a>
        <p class="sub">
          {kinds[kind]}: {answerWords(before)} → {answerWords(after)}
        </p>
        <details>
          <summary class="small">Reasons</summary>
          <p>{before?.match.explanation ?? 'No match before.'}</p>
          <p>{after?.match.explanation ?? 'No match any more.'}</p>
        </details>
      </div>
      <div class="end soft">{isHeld ? 'held open' : ''}</div>
    </li>
  );
}

/** `affected, 0.98, automatic` */
export function answerWords(found: StoredMatch | null): string {
  return found === null
    ? 'no match'
    : `${found.match.status.replace('_', ' ')}, ${found.match.score}${found.route === 'held' ? '' : `, ${found.route}`}`;
}
