import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../../../foundation/errors.ts';
import type { ReadContext } from '../model.ts';
import { feedErrors } from './errors.ts';
import { type FetchWhat, fetchBody } from './fetch-body.ts';
import { maxDownloadBytes } from './limits.ts';
import { spool } from './spool.ts';
import { walkFolder } from './walk-folder.ts';

/** What lies at a location, on this machine's disk. `mark` changes when the content may have changed. */
export type Obtained =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'content';
      readonly path: string;
      /** The last part of the location, by which a file's form may be known. */
      readonly name: string;
      readonly mark: string;
      readonly dispose: () => Promise<void>;
    };

/** A file or folder as it is, or a download. `mark` is what the last good sync was given. */
export async function obtain(
  context: ReadContext,
  options: { readonly mark: string | null; readonly request?: Partial<FetchWhat> },
): Promise<Obtained> {
  const { location } = context;
  if (location.kind === 'path') return obtainPath(location.path, options.mark);
  const validators = options.mark === null ? {} : { validators: JSON.parse(options.mark) };
  const url = options.request?.url ?? location.url;
  const fetched = await fetchBody(context, { maxBytes: maxDownloadBytes, ...options.request, url, ...validators });
  if (fetched.kind === 'unchanged') return fetched;
  if (fetched.kind === 'absent')
    throw new AppError(feedErrors.noSuchLocation, `${shown(url)} is not there`, {
      hint: 'Correct the address of this source in the configuration.',
    });
  const spooled = await spool(fetched.body, context.signal);
  return {
    kind: 'content',
    path: spooled.path,
    name: basename(new URL(url).pathname),
    mark: JSON.stringify(fetched.validators),
    dispose: spooled.remove,
  };
}

async function obtainPath(path: string, mark: string | null): Promise<Obtained> {
  const found = await stat(path).catch(() => null);
  if (found === null)
    throw new AppError(feedErrors.noSuchLocation, `${path} is not there`, {
      hint: 'Correct the path of this source in the configuration.',
    });
  const hash = createHash('sha256');
  if (found.isDirectory())
    for await (const file of walkFolder(path)) hash.update(`${file.name}\0${file.sizeBytes}\0${file.modifiedMs}\n`);
  else hash.update(`${found.size}\0${found.mtimeMs}`);
  const now = `path ${hash.digest('base64url')}`;
  if (now === mark) return { kind: 'unchanged' };
  return { kind: 'content', path, name: basename(path), mark: now, dispose: async () => {} };
}

function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
