import { setImmediate as nextTurn } from 'node:timers/promises';
import { createZip } from '../../../formats/zip/write-zip.ts';
import { toIso } from '../../../foundation/clock.ts';
import type { PublishedAdvisory } from './model.ts';
import { type OsvSet, osvDocument, osvIdOf, type PublisherOfOsv } from './osv-document.ts';

/** A file of what we publish, made when it is asked for. */
export interface PublishedFile {
  readonly contentType: string;
  readonly bytes: () => Promise<Buffer<ArrayBuffer>>;
}

export const contentTypes = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  zip: 'application/zip',
} as const;

/** Everything that we publish of our advisories, by its path: served as it is, or written to a folder. */
export function publishedTree(
  advisories: readonly PublishedAdvisory[],
  publisher: PublisherOfOsv,
): ReadonlyMap<string, PublishedFile> {
  return new Map([...osvFiles(advisories, 'nix', publisher), ...osvFiles(advisories, 'strict', publisher)]);
}

type Entry = readonly [path: string, file: PublishedFile];

/** What osv.dev serves of an ecosystem: the records, all of them in one archive, and which changed when. */
function osvFiles(advisories: readonly PublishedAdvisory[], set: OsvSet, publisher: PublisherOfOsv): readonly Entry[] {
  const folder = set === 'nix' ? 'osv' : `osv/${set}`;
  const documents = advisories.map((advisory) => ({
    name: `${osvIdOf(advisory.id)}.json`,
    bytes: () => Buffer.from(JSON.stringify(osvDocument(advisory, set, publisher))),
  }));
  return [
    ...documents.map(({ name, bytes }): Entry => [`${folder}/${name}`, jsonFile(bytes)]),
    [`${folder}/all.zip`, { contentType: contentTypes.zip, bytes: once(() => archiveOf(documents)) }],
    [`${folder}/modified_id.csv`, { contentType: contentTypes.csv, bytes: once(async () => modifiedList(advisories)) }],
  ];
}

/** Lines `2027-03-05T12:00:00Z,x_XSP-2027-00001`, newest first. */
function modifiedList(advisories: readonly PublishedAdvisory[]): Buffer<ArrayBuffer> {
  const lines = [...advisories]
    .sort((a, b) => b.modifiedAt - a.modifiedAt || (a.id < b.id ? -1 : 1))
    .map(({ id, modifiedAt }) => `${toIso(modifiedAt)},${osvIdOf(id)}\n`);
  return Buffer.from(lines.join(''));
}

const membersTogether = 100;

async function archiveOf(
  documents: readonly { readonly name: string; readonly bytes: () => Buffer<ArrayBuffer> }[],
): Promise<Buffer<ArrayBuffer>> {
  const zip = createZip();
  for (const [index, { name, bytes }] of documents.entries()) {
    zip.add(name, bytes());
    // Ten thousand take a second: others have their turn in between.
    if (index % membersTogether === membersTogether - 1) await nextTurn();
  }
  return zip.end();
}

export function jsonFile(bytes: () => Buffer<ArrayBuffer>): PublishedFile {
  return { contentType: contentTypes.json, bytes: async () => bytes() };
}

/** Made at the first asking, and kept as long as the tree is. */
export function once(make: () => Promise<Buffer<ArrayBuffer>>): () => Promise<Buffer<ArrayBuffer>> {
  let made: Promise<Buffer<ArrayBuffer>> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
