import { PassThrough, pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../../foundation/errors.ts';
import { fetchErrors } from './errors.ts';

/** The body with gzip undone and at most `maxBytes` long, packed and unpacked. A failure anywhere ends the stream with it. */
export function boundedBody(options: {
  readonly source: Readable;
  readonly gzip: boolean;
  readonly maxBytes: number;
  readonly shownUrl: string;
  readonly explain: (error: Error) => Error;
}): Readable {
  const { source, maxBytes, shownUrl, explain } = options;
  const out = options.gzip
    ? pipeline(source, bounded(maxBytes, shownUrl), createGunzip(), bounded(maxBytes, shownUrl), onError)
    : pipeline(source, bounded(maxBytes, shownUrl), onError);
  // The last stream of a pipeline is destroyed with the raw error; the reader gets the explained one through this one.
  const reader = new PassThrough();
  function onError(error: Error | null | undefined) {
    if (error) reader.destroy(explain(error));
  }
  out.pipe(reader);
  reader.on('close', () => {
    if (!source.destroyed) source.destroy();
  });
  return reader;
}

function bounded(maxBytes: number, shownUrl: string): Transform {
  let size = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      size += chunk.length;
      if (size <= maxBytes) done(null, chunk);
      else
        done(
          new AppError(fetchErrors.tooLarge, `${shownUrl} sends more than ${maxBytes} bytes`, {
            hint: 'Nothing of its kind is so large: check the address in the configuration.',
          }),
        );
    },
  });
}
