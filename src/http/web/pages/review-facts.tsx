import type { Examination, Gate, ReviewedSource } from '../../../pipeline/changes/index.ts';
import { paths } from '../../addresses.ts';

const bands: Readonly<Record<Gate['outcome'], string>> = { passed: 'low', failed: 'critical', 'not-run': 'unknown' };

/** What a change of ours is measured by; steps of upstream have no gates. */
export function Gates({ gates }: { readonly gates: readonly Gate[] }) {
  if (gates.length === 0) return null;
  return (
    <section aria-labelledby="gates">
      <h2 id="gates">Gates</h2>
      <ol class="rows">
        {gates.map(({ name, outcome, says }) => (
          <li>
            <span class={`band ${bands[outcome]}`}>{outcome.replace('-', ' ')}</span>
            <div>
              <span class="name">{name}</span>
              <p class="sub">{says}</p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** New sources: where they were fetched anew, and their text against the one before and against the tag. */
export function Sources({ id, sources }: { readonly id: string; readonly sources: readonly ReviewedSource[] }) {
  if (sources.length === 0) return null;
  return (
    <section aria-labelledby="sources">
      <h2 id="sources">Sources</h2>
      <ol class="rows plain">
        {sources.map(({ attr, name, places, before, tag }) => (
          <li>
            <div>
              <span class="name">{name}</span>
              <span class="tag">{attr}</span>
              <p class="sub">{places.map(({ place, agrees }) => `${place} ${placeWords(agrees)}`).join(' · ')}</p>
            </div>
            <div class="end">
              {before !== null && <a href={paths.reviewSource(id, attr, 'before')}>against the one before</a>}{' '}
              {tag === null ? (
                <span class="soft">no tag found</span>
              ) : (
                <a href={paths.reviewSource(id, attr, 'tag')}>against the tag {tag.name}</a>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function placeWords(agrees: boolean | null): string {
  if (agrees === null) return 'cannot be told';
  return agrees ? 'gives what is declared' : 'gives other bytes';
}

export function NotExamined({ lacking }: { readonly lacking: Examination['notExamined'] }) {
  if (lacking.length === 0) return null;
  return (
    <details>
      <summary>
        {lacking.length} of 15 detectors could not look, or not at everything:{' '}
        {lacking.map(({ detector }) => detector).join(', ')}
      </summary>
      <ul>
        {lacking.map(({ detector, lacks, why = [] }) => (
          <li>
            {detector}: no {lacks.join(', ')}
            {why.length > 0 && ` (${why.join('; ')})`}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What it is compared with, where that is not what it goes onto, and why its proof alone does not let it in. */
export function Measure({ examination: { since, unproven = [] } }: { readonly examination: Examination }) {
  if (since === undefined && unproven.length === 0) return null;
  return (
    <div class="notice calm">
      {since !== undefined && (
        <p>
          What it goes onto was pushed past the reviews and not approved, so it is shown and judged as a part of this
          step: everything since {since === null ? 'the beginning' : <code>{since.slice(0, 12)}</code>}.
        </p>
      )}
      {unproven.length > 0 && <p>It is for two people, whatever it changes: {unproven.join('; ')}.</p>}
    </div>
  );
}
