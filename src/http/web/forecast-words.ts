import type { Outlook } from '../../pipeline/findings/index.ts';
import { counted, minute } from './format-time.ts';

type Forecast = Outlook['items'][number];

/** What a stage that is left will take, and what that rests on. */
export function estimateWords(
  { stage, doneBy, basis, alike }: Forecast['stages'][number],
  fixKind: string | null,
): string {
  const by = doneBy === null ? 'not foreseeable' : `by ${minute(doneBy)}`;
  const of = {
    'fix and severity': ` fixed by ${fixKind ?? ''}, of the severity`,
    fix: ` fixed by ${fixKind ?? ''}`,
    severity: ' of the severity',
    nothing: '',
  }[alike];
  return `${stage} ${by}, from ${counted(basis, 'finding')}${of}`;
}

/** How true the forecasts of a month were. */
export function scoreWords({ month, ended, byThen }: Outlook['scores'][number]): string {
  return `Of ${counted(ended, 'stage')} that ended in ${month}, ${Math.round((byThen / ended) * 100)} % did by the time first given; 80 % are meant to.`;
}
