import type { z } from 'zod';

/** What is wrong with a file, one line each: `channel.0.every: a duration such as 30m, 6h or 2d`. */
export function problemLines(error: z.ZodError): readonly string[] {
  return error.issues.slice(0, 20).map((issue) => {
    const place = issue.path.join('.');
    return `${place === '' ? '' : `${place}: `}${wordsOf(issue)}`;
  });
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `there is no setting named ${issue.keys.join(', ')}`;
  if (issue.code === 'invalid_type' && /undefined/.test(issue.message)) return 'this setting is needed';
  return issue.message;
}
