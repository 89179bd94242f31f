import { AppError } from '../../../foundation/errors.ts';
import type { FeedItem, Normalised, ReadContext } from '../model.ts';
import { feedErrors } from './errors.ts';
import type { FetchWhat } from './fetch-body.ts';
import { obtain } from './obtain.ts';

export interface WholeReading {
  /** `name` is the last part of the location, by which a file's form may be known. */
  readonly records: (path: string, name: string) => AsyncIterable<Normalised>;
  readonly request?: Partial<FetchWhat>;
}

/** Everything at a location, whenever it may have changed. */
export async function* readWhole(
  context: ReadContext,
  { records, request = {} }: WholeReading,
): AsyncGenerator<FeedItem> {
  const obtained = await obtain(context, { mark: context.cursor, request });
  if (obtained.kind === 'unchanged') {
    yield obtained;
    return;
  }
  let done = 0;
  try {
    for await (const item of records(obtained.path, obtained.name)) {
      context.signal.throwIfAborted();
      yield item;
      if (++done % 1000 === 0) context.progress.advance(done, null, 'records');
    }
  } finally {
    await obtained.dispose();
  }
  if (done === 0)
    throw new AppError(feedErrors.unreadable, 'there is no record of this source', {
      hint: 'Check the location of this source in the configuration: it leads to something else.',
    });
  yield { kind: 'end', cursor: obtained.mark, complete: true };
}
