import { hash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ZipFile } from 'yazl';
import { toIso } from '../../../foundation/clock.ts';
import { csafDocument } from './csaf-document.ts';
import {
  csafChanges,
  csafFeed,
  csafFeedPath,
  csafFolder,
  csafIndex,
  csafListed,
  providerMetadata,
} from './csaf-provider.ts';
import { cycloneDxDocument } from './cyclonedx-document.ts';
import type { PublishedAdvisory } from './model.ts';
import { type OsvSet, osvDocument, osvIdOf } from './osv-document.ts';
import type { Publisher } from './publisher.ts';
import { channelsSpokenOf, secdbDocument } from './secdb-document.ts';

/** A file of what we publish, made when it is asked for. */
export interface PublishedFile {
  readonly contentType: string;
  readonly bytes: () => Promise<Buffer<ArrayBuffer>>;
}

const contentTypes = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  zip: 'application/zip',
} as const;

/** By path: served as they are, or written to a folder. */
export interface PublishedTree {
  readonly file: (path: string) => PublishedFile | null;
  readonly paths: () => Iterable<string>;
}

/** Signs with the key of the house, whose public half is at `/keys/releases.pem`. */
export type Sign = (bytes: Buffer) => Buffer;

/** Everything that we publish of our advisories. Beside what must be checked stand its digests and its signature. */
export function publishedTree(
  advisories: readonly PublishedAdvisory[],
  publisher: Publisher,
  sign: Sign,
): PublishedTree {
  const files = new Map([
    ...osvFiles(advisories, 'nix', publisher),
    ...osvFiles(advisories, 'strict', publisher),
    ...csafFiles(advisories, publisher),
    ...channelsSpokenOf(advisories).flatMap((channel): readonly Entry[] => [
      [`secdb/${channel}.json`, jsonOf(() => secdbDocument(channel, advisories, publisher))],
      [`cyclonedx/${channel}.json`, jsonOf(() => cycloneDxDocument(channel, advisories, publisher))],
    ]),
  ]);
  return {
    file: (path) => files.get(path) ?? besideOf(path, (of) => files.get(of), sign),
    paths: function* () {
      for (const path of files.keys()) {
        yield path;
        if (isChecked(path)) for (const ending of besides.keys()) yield `${path}${ending}`;
      }
    },
  };
}

const besides: ReadonlyMap<string, (content: Buffer, name: string, sign: Sign) => string> = new Map([
  ['.sha256', (content, name) => `${hash('sha256', content)}  ${name}\n`],
  ['.sha512', (content, name) => `${hash('sha512', content)}  ${name}\n`],
  ['.sig', (content, _name, sign) => `${sign(content).toString('base64')}\n`],
]);

function isChecked(path: string): boolean {
  return path.endsWith('.json') && !path.startsWith('osv/');
}

/** A digest as `sha256sum` writes it, or an Ed25519 signature in base64. */
function besideOf(path: string, fileOf: (path: string) => PublishedFile | undefined, sign: Sign): PublishedFile | null {
  const ending = /\.[a-z0-9]+$/.exec(path)?.[0] ?? '';
  const write = besides.get(ending);
  const of = path.slice(0, path.length - ending.length);
  const file = write === undefined || !isChecked(of) ? undefined : fileOf(of);
  if (write === undefined || file === undefined) return null;
  const name = of.slice(of.lastIndexOf('/') + 1);
  return {
    contentType: contentTypes.text,
    bytes: async () => Buffer.from(write(await file.bytes(), name, sign)),
  };
}

type Entry = readonly [path: string, file: PublishedFile];

/** What osv.dev serves of an ecosystem: the records, all of them in one archive, and which changed when. */
function osvFiles(advisories: readonly PublishedAdvisory[], set: OsvSet, publisher: Publisher): readonly Entry[] {
  const folder = set === 'nix' ? 'osv' : `osv/${set}`;
  const documents = advisories.map((advisory) => ({
    name: `${osvIdOf(advisory.id)}.json`,
    bytes: () => Buffer.from(JSON.stringify(osvDocument(advisory, set, publisher))),
  }));
  return [
    ...documents.map(
      ({ name, bytes }): Entry => [`${folder}/${name}`, { contentType: contentTypes.json, bytes: async () => bytes() }],
    ),
    [`${folder}/all.zip`, { contentType: contentTypes.zip, bytes: once(() => archiveOf(documents)) }],
    [`${folder}/modified_id.csv`, { contentType: contentTypes.csv, bytes: once(async () => modifiedList(advisories)) }],
  ];
}

/** As a provider of CSAF arranges them: folders by year, lists of what there is and what changed, and a feed. */
function csafFiles(advisories: readonly PublishedAdvisory[], publisher: Publisher): readonly Entry[] {
  const listed = csafListed(advisories);
  const text = (contentType: string, make: () => string): PublishedFile => ({
    contentType,
    bytes: async () => Buffer.from(make()),
  });
  const provider = jsonOf(() => providerMetadata(advisories, publisher));
  return [
    ['.well-known/csaf/provider-metadata.json', provider],
    ['csaf/provider-metadata.json', provider],
    [csafFeedPath, jsonOf(() => csafFeed(listed, publisher))],
    [`${csafFolder}/index.txt`, text(contentTypes.text, () => csafIndex(listed))],
    [`${csafFolder}/changes.csv`, text(contentTypes.csv, () => csafChanges(listed))],
    ...listed.map(
      ({ advisory, category, path }): Entry => [
        `${csafFolder}/${path}`,
        jsonOf(() => csafDocument(advisory, category, publisher)),
      ],
    ),
  ];
}

/** Lines `2027-03-05T12:00:00Z,x_XSP-2027-00001`, newest first. */
function modifiedList(advisories: readonly PublishedAdvisory[]): Buffer<ArrayBuffer> {
  const lines = [...advisories]
    .sort((a, b) => b.modifiedAt - a.modifiedAt || (a.id < b.id ? -1 : 1))
    .map(({ id, modifiedAt }) => `${toIso(modifiedAt)},${osvIdOf(id)}\n`);
  return Buffer.from(lines.join(''));
}

/** When a member was written is no content: the same documents give the same bytes. */
const noTime = new Date(0);
const membersTogether = 100;

async function archiveOf(
  documents: readonly { readonly name: string; readonly bytes: () => Buffer<ArrayBuffer> }[],
): Promise<Buffer<ArrayBuffer>> {
  const zip = new ZipFile();
  const whole = buffer(zip.outputStream);
  for (const [index, { name, bytes }] of documents.entries()) {
    zip.addBuffer(bytes(), name, { mtime: noTime });
    // Ten thousand take a second: others have their turn in between.
    if (index % membersTogether === membersTogether - 1) await nextTurn();
  }
  zip.end();
  return Buffer.from(await whole);
}

function jsonOf(make: () => unknown): PublishedFile {
  return { contentType: contentTypes.json, bytes: async () => Buffer.from(JSON.stringify(make())) };
}

/** Made at the first asking, and kept as long as the tree is. */
function once(make: () => Promise<Buffer<ArrayBuffer>>): () => Promise<Buffer<ArrayBuffer>> {
  let made: Promise<Buffer<ArrayBuffer>> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
