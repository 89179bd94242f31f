import type { ReviewPage } from '../../http/ports.ts';
import { effectWords } from '../../http/web/effect-words.ts';
import { ago } from '../../http/web/format-time.ts';
import type { AccountAct, Examination, ReviewMode } from '../../pipeline/changes/index.ts';

/** A review as a person reads it before deciding. */
export function reviewLines(
  { review, acts, decision, elsewhere }: ReviewPage,
  { mode, now }: { readonly mode: ReviewMode; readonly now: number },
): readonly string[] {
  const { examination } = review;
  const lines = [
    `Review ${review.id} of ${review.channel}: ${review.state}, opened ${ago(review.openedAt, now)}`,
    `${review.base?.slice(0, 12) ?? 'nothing'} to ${review.candidate.slice(0, 12)}, tree ${review.treeId}`,
  ];
  if (examination === null) return [...lines, ...troubleLines(review)];
  const hits = examination.hits.map(
    ({ detector, severity, title, attr, says }) =>
      `  ${detector} ${severity}: ${title}${attr === null ? '' : ` (${attr})`}: ${says}`,
  );
  const blind = examination.notExamined.map(
    ({ detector, lacks, why = [] }) =>
      `  ${detector} (${lacks.join(', ')})${why.length === 0 ? '' : `: ${why.join('; ')}`}`,
  );
  return [
    ...lines,
    '',
    hits.length === 0 ? 'No detector saw anything.' : 'What the detectors saw:',
    ...hits,
    ...(blind.length === 0 ? [] : ['Could not look, or not at everything, for want of:', ...blind]),
    ...(examination.since === undefined
      ? []
      : [`What it goes onto was not approved: this is everything since ${examination.since ?? 'the beginning'}.`]),
    ...(examination.unproven ?? []).map((why) => `For two people, whatever it changes: ${why}.`),
    '',
    examination.packages.length === 0 ? 'No covered package changes.' : 'Packages:',
    ...examination.packages.map(({ attr, effects }) => `  ${attr}: ${effects.map(effectWords).join('; ')}`),
    '',
    ...vulnerabilityLines(examination.vulnerabilities),
    ...sourceLines(review.id, examination.sources ?? []),
    ...(examination.gates ?? []).map(({ name, outcome, says }) => `Gate ${name} ${outcome}: ${says}`),
    `${examination.commitCount} commits:`,
    ...examination.commits.slice(0, 40).map(({ id, subject }) => `  ${id.slice(0, 12)} ${subject}`),
    '',
    ...acts.map(({ kind, by, reason, at }) => `${by} ${kind} ${ago(at, now)}${reason === '' ? '' : `: ${reason}`}`),
    ...elsewhere.map(({ id, channel, state }) => `The same patches for ${channel}: ${state}, review ${id}`),
    ...(review.state === 'superseded' && review.trouble !== null
      ? [`It cannot go in as it is: ${review.trouble.says}. ${review.trouble.hint ?? ''}`]
      : []),
    decision.kind !== 'waiting'
      ? `Stands as: ${decision.kind}`
      : `${mode === 'observe' ? 'Only observed, so it goes in as it is. To be approved it lacks' : 'Still lacks'}: ${decision.lacks.join(', ')}`,
  ];
}

function troubleLines({ state, trouble }: ReviewPage['review']): readonly string[] {
  if (state === 'superseded') return ['It was not examined before something newer took its place.'];
  if (trouble === null) return ['It is still being examined: snowguard sync goes on with it.'];
  const hint = trouble.hint === null ? [] : [trouble.hint];
  return [`It could not be examined: ${trouble.says}`, ...hint, 'It is tried again at every sync.'];
}

/** Each new source, where it was fetched anew, and how its text is seen. */
function sourceLines(id: string, sources: NonNullable<Examination['sources']>): readonly string[] {
  return sources.flatMap(({ attr, name, places, before, tag }) => {
    const said = { true: 'as declared', false: 'OTHER BYTES', null: 'cannot be told' };
    const seen = places.map(({ place, agrees }) => `${place} ${said[`${agrees}`]}`).join(', ');
    const against = [...(before === null ? [] : ['before']), ...(tag === null ? [] : ['tag'])];
    return [
      `Source of ${attr}, ${name}: ${seen}${tag === null ? ', no tag' : `, tag ${tag.name}`}`,
      ...against.map((other) => `  snowguard review source ${id} ${attr} --against ${other}`),
    ];
  });
}

function vulnerabilityLines({ resolved, opened }: Examination['vulnerabilities']): readonly string[] {
  const list = (what: string, items: typeof resolved) =>
    items.length === 0 ? [] : [`${what}: ${items.map(({ attr, advisoryId }) => `${advisoryId} (${attr})`).join(', ')}`];
  const lines = [...list('Resolves', resolved), ...list('Brings in', opened)];
  return lines.length === 0 ? [] : [...lines, ''];
}

export function actLine({ at, account, role, commitId, channel, reviewId, state }: AccountAct): readonly string[] {
  return [new Date(at).toISOString(), account, role, commitId.slice(0, 12), channel, `review ${reviewId}`, state];
}
