import { AppError } from '../../../foundation/errors.ts';
import type { FeedItem, FeedSource, ReadContext } from '../model.ts';
import { feedErrors } from '../reading/errors.ts';
import { filesOf } from '../reading/files-of.ts';
import { linesOf } from '../reading/pieces.ts';
import { readWhole } from '../reading/read-whole.ts';
import { isHeading, normaliseEpss } from './normalise.ts';

export const epss: FeedSource = {
  id: 'epss',
  title: 'EPSS',
  licence: 'free to use, cite FIRST',
  attribution: 'Exploit Prediction Scoring System by FIRST, https://www.first.org/epss.',
  homepage: 'https://www.first.org/epss',
  defaultUrl: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
  intervalMs: 6 * 3_600_000,
  optIn: null,
  read: (context): AsyncIterable<FeedItem> => readWhole(context, { records: (path) => recordsIn(path, context) }),
};

async function* recordsIn(path: string, { signal }: ReadContext) {
  for await (const { name, bytes } of filesOf(path, signal)) {
    let columns = false;
    for await (const { text } of linesOf(bytes(), name)) {
      if (columns) yield normaliseEpss(text, epss.id);
      else if (text === 'cve,epss,percentile') columns = true;
      else if (!isHeading(text)) throw unreadable(name);
    }
    if (!columns) throw unreadable(name);
  }
}

function unreadable(name: string): AppError {
  return new AppError(feedErrors.unreadable, `${name} does not begin as EPSS scores do`, {
    hint: 'The first line is a comment with the model, the second "cve,epss,percentile".',
  });
}
