import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { jsonOrNull } from '../../foundation/json.ts';
import { SetFacts } from '../../pipeline/consumers/index.ts';

/*
 * What a set is known to hold, for answers without a network: gzip over three lines of ours. The second signs the first
 * with Ed25519, the first has the digest of the third, which is the document itself:
 *
 *   {"format":"snowguard-data","version":1,"madeAt":1796083200000,"sha256":"x2h…"}
 *   "k0Jc…"
 *   {"format":"snowguard-facts","version":1,…}
 */
const dataErrors = {
  unreadable: { code: 'usage.data-unreadable', retryable: false },
  untrusted: { code: 'data.untrusted', retryable: false },
} as const;

const maxFileBytes = 256 * 1024 * 1024;
const maxBytes = 1024 * 1024 * 1024;

const Head = z.object({
  format: z.literal('snowguard-data'),
  version: z.literal(1),
  madeAt: z.number(),
  sha256: z.string(),
});

const [packed, unpacked] = [promisify(gzip), promisify(gunzip)];

export async function writeDataFile(given: {
  readonly file: string;
  readonly facts: SetFacts;
  readonly key: KeyObject;
}): Promise<{ readonly bytes: number }> {
  const document = JSON.stringify(given.facts);
  const head = JSON.stringify({
    format: 'snowguard-data',
    version: 1,
    madeAt: given.facts.madeAt,
    sha256: createHash('sha256').update(document).digest('base64url'),
  } satisfies z.input<typeof Head>);
  const signature = JSON.stringify(sign(null, Buffer.from(head), given.key).toString('base64url'));
  const bytes = await packed(`${head}\n${signature}\n${document}\n`);
  // Whoever fetches the file meanwhile gets the old one or the new one.
  await writeFile(`${given.file}.new`, bytes);
  await rename(`${given.file}.new`, given.file);
  return { bytes: bytes.length };
}

/** The document of a file that one of the keys has signed; nothing of it is looked at before that is known. */
export async function readDataFile(file: string, keys: readonly KeyObject[]): Promise<SetFacts> {
  const lines = await linesOf(file);
  const [head = '', signature = '', document = ''] = lines;
  const given = Buffer.from(signature.replace(/^"|"$/g, ''), 'base64url');
  if (!keys.some((key) => verify(null, Buffer.from(head), key, given)))
    throw new AppError(dataErrors.untrusted, `${file} is not signed by a key that is trusted here`, {
      hint: 'Name with --key the public key of the Snowguard that wrote it.',
    });
  const stated = Head.safeParse(jsonOrNull(head));
  if (stated.data?.sha256 !== createHash('sha256').update(document).digest('base64url'))
    throw new AppError(dataErrors.untrusted, `${file} does not hold what was signed`);
  const facts = SetFacts.safeParse(jsonOrNull(document));
  if (facts.success) return facts.data;
  throw new AppError(dataErrors.unreadable, `${file} is of another version`, {
    hint: 'Use the same version of Snowguard on both sides.',
  });
}

async function linesOf(file: string): Promise<readonly string[]> {
  try {
    if ((await stat(file)).size > maxFileBytes) throw new Error(`it is larger than ${maxFileBytes} bytes`);
    const text = (await unpacked(await readFile(file), { maxOutputLength: maxBytes })).toString('utf8');
    return text.split('\n', 4);
  } catch (error) {
    throw new AppError(dataErrors.unreadable, `${file} is no data file: ${messageOf(error)}`, {
      cause: error,
      hint: '"snowguard data export FILE" writes one, beside a workspace.',
    });
  }
}
