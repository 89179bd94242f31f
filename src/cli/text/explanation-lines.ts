import type { ExplanationRead } from '../../http/ports.ts';
import { verdictOf } from '../../pipeline/matching/index.ts';
import { plainText } from '../../platform/log/plain-text.ts';

export function explanationLines({ id, attr, publishedAs = null, channels }: ExplanationRead): readonly string[] {
  const published = publishedAs === null ? [] : [`Published as ${publishedAs}`];
  const explained = channels.flatMap(({ channel, explanations }) =>
    explanations.flatMap(({ version, assessment, sentences, wouldChange }) => [
      `${id} and ${attr} ${version} in ${channel}: ${verdictOf(assessment)}, score ${assessment.score.toFixed(3)}`,
      ...sentences.map((sentence) => `  ${plainText(sentence)}`),
      ...(wouldChange.length === 0 ? [] : ['  What would change it:']),
      ...wouldChange.map((change) => `    ${plainText(change)}`),
    ]),
  );
  return [...published, ...explained];
}
