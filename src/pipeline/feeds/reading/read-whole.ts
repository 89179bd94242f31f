import { AppError } from '../../../foundation/errors.ts';
import type { FeedItem, Normalised, ReadContext } from '../model.ts';
import { feedErrors } from './errors.ts';
import type { FetchWhat } from './fetch-body.ts';
import { obtain } from './obtain.ts';

/** A source without a list of changes: read whole whenever what lies at its location may have changed. */
export async function* readWhole(
  context: ReadContext,
  options: {
    readonly records: (path: string) => AsyncIterable<Normalised>;
    readonly request?: Partial<FetchWhat>;
  },
): AsyncGenerator<FeedItem> {
  const obtained = await obtain(context, { mark: context.cursor, ...options });
  if (obtained.kind === 'unchanged') {
    yield obtained;
    return;
  }
  let done = 0;
  try {
    for await (const item of options.records(obtained.path)) {
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
