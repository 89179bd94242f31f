import { parseJson } from '../../../formats/json/parse-json.ts';
import { listAt, objectAt, textAt, textsAt } from '../../../formats/json/shape.ts';
import { readSecdbYaml, type SecdbPackage } from '../../../formats/secdb/read-secdb-yaml.ts';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import type { FeedItem, FeedSource, Normalised, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { feedErrors } from '../reading/errors.ts';
import type { FeedFile } from '../reading/feed-file.ts';
import { filesOf } from '../reading/files-of.ts';
import { maxPageBytes } from '../reading/limits.ts';
import { type Obtained, obtain } from '../reading/obtain.ts';
import { elementsOf } from '../reading/pieces.ts';
import { readWhole } from '../reading/read-whole.ts';
import { idsIn, normaliseSecdb, type SecdbRecord } from './normalise.ts';

export interface SecdbDatabase extends Omit<FeedSource, 'read' | 'intervalMs'> {
  /** The documents below an address that ends in `/`. */
  readonly parts?: readonly string[];
}

/** A security database of an apk distribution: one or more documents, a folder of them, or an archive; in JSON or YAML. */
export function createSecdbSource({ parts = [], ...source }: SecdbDatabase): FeedSource {
  return {
    ...source,
    intervalMs: 6 * 3_600_000,
    read: (context) => {
      const { location } = context;
      return location.kind === 'url' && location.url.endsWith('/')
        ? readParts(
            context,
            source.id,
            parts.map((part) => new URL(part, location.url).href),
          )
        : readWhole(context, {
            records: (path) => recordsIn(filesOf(path, context.signal), source.id, context),
            request: { maxBytes: maxPageBytes },
          });
    },
  };
}

type Content = Extract<Obtained, { readonly kind: 'content' }>;

/** The records go across the documents: when one has changed, all are read. */
async function* readParts(context: ReadContext, source: string, urls: readonly string[]): AsyncGenerator<FeedItem> {
  const marks = context.cursor === null ? [] : textsAt(parseJson(context.cursor), 'cursor');
  const contents: Content[] = [];
  try {
    for (const [index, url] of urls.entries()) {
      const obtained = await obtain(context, { mark: marks[index] ?? null, request: { url, maxBytes: maxPageBytes } });
      if (obtained.kind === 'content') contents[index] = obtained;
    }
    if (contents.length === 0) {
      yield { kind: 'unchanged' };
      return;
    }
    for (const [index, url] of urls.entries()) {
      const obtained =
        contents[index] ?? (await obtain(context, { mark: null, request: { url, maxBytes: maxPageBytes } }));
      if (obtained.kind === 'content') contents[index] = obtained;
    }
    yield* recordsIn(filesOfAll(contents, context.signal), source, context);
  } finally {
    for (const content of contents) await content?.dispose();
  }
  yield { kind: 'end', cursor: JSON.stringify(contents.map(({ mark }) => mark)), complete: true };
}

async function* filesOfAll(contents: readonly Content[], signal: AbortSignal): AsyncGenerator<FeedFile> {
  for (const { path } of contents) yield* filesOf(path, signal);
}

async function* recordsIn(
  files: AsyncIterable<FeedFile>,
  source: string,
  { clock, signal }: ReadContext,
): AsyncGenerator<Normalised> {
  const context = { source, now: clock.now() };
  const records = new Map<string, { related: Set<string>; fixes: SecdbRecord['fixes'][number][] }>();
  for await (const file of files) {
    signal.throwIfAborted();
    for await (const { package: found, branch } of packagesIn(file)) {
      for (const [version, texts] of found.secfixes) {
        for (const text of texts) {
          const { ids, related } = idsIn(text);
          const place = `${found.name} ${version}`;
          if (ids.length === 0) yield { kind: 'rejected', id: place, reason: 'no id', raw: text.slice(0, 2000) };
          for (const id of ids) {
            const record = records.get(id) ?? { related: new Set(), fixes: [] };
            for (const other of related) record.related.add(other);
            record.fixes.push({ package: found.name, branch, version });
            records.set(id, record);
          }
        }
      }
    }
  }
  for (const [id, { related, fixes }] of records) {
    const record: SecdbRecord = { id, related: [...related], fixes };
    yield normalisePiece({ name: id, text: JSON.stringify(record), whole: true }, normaliseSecdb, context);
  }
}

interface Found {
  readonly package: SecdbPackage;
  readonly branch: string;
}

async function* packagesIn(file: FeedFile): AsyncGenerator<Found> {
  try {
    yield* /\.ya?ml$/.test(file.name) ? yamlPackages(file) : jsonPackages(file);
  } catch (error) {
    if (error instanceof AppError && /^(?:json|secdb)\./.test(error.code))
      throw new AppError(feedErrors.unreadable, `${file.name}: ${messageOf(error)}`, { cause: error });
    throw error;
  }
}

async function* yamlPackages(file: FeedFile): AsyncGenerator<Found> {
  const content = await file.read();
  if (content === null) throw new AppError(feedErrors.tooLarge, `${file.name} is too large`);
  const { distroversion, packages } = readSecdbYaml(content.toString('utf8'));
  for (const found of packages) yield { package: found, branch: distroversion ?? '' };
}

/** `{"distroversion":"v3.20","packages":[{"pkg":{"name":"xz","secfixes":{"5.2.5-r1":["CVE-2022-1271"]}}}]}`. */
async function* jsonPackages({ name, bytes }: FeedFile): AsyncGenerator<Found> {
  let branch = '';
  const onScalar = (key: string, text: string) => {
    if (key === 'distroversion') branch = textAt(parseJson(text), key) ?? '';
  };
  const found: SecdbPackage[] = [];
  for await (const { text, whole } of elementsOf(bytes(), { name, path: ['packages'], onScalar })) {
    if (!whole) throw new AppError(feedErrors.tooLarge, `${name}: a package is too large`);
    found.push(packageAt(parseJson(text)));
  }
  // The branch may stand behind the packages.
  for (const one of found) yield { package: one, branch };
}

function packageAt(value: unknown): SecdbPackage {
  const pkg = objectAt(objectAt(value, 'package').pkg, 'pkg');
  const secfixes = Object.entries(objectAt(pkg.secfixes, 'secfixes')).map(
    ([version, ids]) => [version, textsAt(listAt(ids, version), version)] as const,
  );
  return { name: textAt(pkg.name, 'name') ?? '', secfixes: new Map(secfixes) };
}
