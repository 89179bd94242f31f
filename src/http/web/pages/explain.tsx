import { verdictOf } from '../../../pipeline/matching/index.ts';
import { paths } from '../../addresses.ts';
import type { ExplanationRead } from '../../ports.ts';
import { Scroll } from '../parts.tsx';

type ExplainedRead = ExplanationRead['channels'][number]['explanations'][number];

/** Why one vulnerability is what it is to one package: identity, ranges, evidence, score, and what would change it. */
export function ExplainPage({ read }: { readonly read: ExplanationRead }) {
  return (
    <>
      <p class="kicker">
        <a href={paths.cve(read.id)}>{read.id}</a>
      </p>
      <h1>
        {read.id} and {read.attr}
      </h1>
      {read.title !== '' && <p class="lead">{read.title}</p>}
      <p>
        <a href={paths.package(read.attr)}>The package</a>
        {read.publishedAs != null && (
          <>
            {' · published as '}
            <a href={paths.publication(read.publishedAs)}>{read.publishedAs}</a>
          </>
        )}
      </p>
      {read.channels.map(({ channel, explanations }) =>
        explanations.map((explained) => <Explained channel={channel} explained={explained} />),
      )}
    </>
  );
}

export function Explained({ channel, explained }: { readonly channel: string; readonly explained: ExplainedRead }) {
  const { assessment, version, used, wouldChange } = explained;
  const anchor = `why-${channel}-${version}`.replaceAll(/[^\w-]/g, '-');
  return (
    <section aria-labelledby={anchor}>
      <h2 id={anchor}>
        {version} in {channel}: <span class={`verdict ${assessment.status}`}>{verdictOf(assessment)}</span>
      </h2>
      <Scroll label={`Why, for ${version} in ${channel}`}>
        <dl class="facts">
          <dt>Same software?</dt>
          <dd>
            {assessment.identity.length === 0 && (assessment.denied ?? 'Nothing says so.')}
            <Lines texts={assessment.identity.map(({ tier, prior, because }) => `${tier} (${prior}): ${because}`)} />
            {assessment.others.length > 0 && (
              <Lines texts={assessment.others.slice(0, 20).map((other) => `not this: ${other}`)} />
            )}
          </dd>
          <dt>In the range?</dt>
          <dd>
            {assessment.records.length === 0 && 'No record of this package.'}
            <Lines
              texts={assessment.records.map(
                ({ source, recordId, evaluation }) =>
                  `${source} ${recordId}: ${evaluation.outcome}, ${evaluation.because}`,
              )}
            />
          </dd>
          <dt>Patched?</dt>
          <dd>
            {assessment.patch.state}
            {assessment.patch.patches.length > 0 && `: ${assessment.patch.patches.join(', ')}`}
            {assessment.patch.equals !== undefined &&
              `, as commit ${assessment.patch.equals.slice(0, 12)} changes the code`}
          </dd>
          {used !== null && (
            <>
              <dt>Used how?</dt>
              <dd>{used}</dd>
            </>
          )}
          <dt>Score</dt>
          <dd>
            {assessment.score.toFixed(3)} = identity {assessment.identityScore.toFixed(3)} × range{' '}
            {assessment.rangeFactor}
            {assessment.factors.map(({ value, because }) => ` × ${value} (${because})`)}
          </dd>
          {assessment.disagreement !== null && (
            <>
              <dt>For a person</dt>
              <dd>{assessment.disagreement}</dd>
            </>
          )}
          <dt>What would change it</dt>
          <dd>
            <Lines texts={wouldChange} />
          </dd>
        </dl>
      </Scroll>
    </section>
  );
}

function Lines({ texts }: { readonly texts: readonly string[] }) {
  return texts.length === 0 ? null : (
    <ul class="evidence">
      {texts.map((text) => (
        <li>{text}</li>
      ))}
    </ul>
  );
}
