import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, messageOf } from '../foundation/errors.ts';
import { type ExportReport, exportLines, maxLineBytes, verifyExport } from '../pipeline/findings/index.ts';
import type { Workspace } from './open-workspace.ts';

/** Writes the facts, the policies and the published figures of a workspace; whole, or not at all. */
export async function exportSla(given: {
  readonly workspace: Workspace;
  readonly file: string;
  readonly month: string | null;
  readonly keyFile: string | null;
}): Promise<{ readonly file: string; readonly signed: boolean }> {
  const { workspace, file, month, keyFile } = given;
  const key = keyFile === null ? null : await readKey(keyFile, createPrivateKey);
  const sources = await workspace.context.attainment.exportSources();
  const part = `${file}.part`;
  try {
    await pipeline(Readable.from(exportLines(sources, { month, key })), createWriteStream(part));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return { file, signed: key !== null };
}

/** Computes every figure of an export again. Needs the file alone. */
export async function verifySlaExport(given: {
  readonly file: string;
  readonly keyFile: string | null;
}): Promise<ExportReport> {
  const trusted = given.keyFile === null ? null : await readKey(given.keyFile, createPublicKey);
  return verifyExport(linesOf(given.file), { trusted });
}

const lineFeed = 0x0a;

/** What is longer than a line may be is cut: the rest of it says nothing more. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let size = 0;
  const take = (part: Buffer) => {
    if (size <= maxLineBytes) parts.push(part);
    size += part.length;
  };
  const flush = () => {
    const text = Buffer.concat(parts).toString('utf8');
    parts = [];
    size = 0;
    return text;
  };
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
        take(chunk.subarray(from, end));
        from = end + 1;
        yield flush();
      }
      take(chunk.subarray(from));
    }
  } catch (error) {
    throw unreadable(file, error);
  }
  if (size > 0) yield flush();
}

async function readKey(file: string, parse: (pem: Buffer) => KeyObject): Promise<KeyObject> {
  const pem = await readFile(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  try {
    const key = parse(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Said below, without what the file holds.
  }
  throw new AppError({ code: 'sla.bad-key', retryable: false }, `${file} holds no Ed25519 key in PEM`, {
    hint: 'Make one: openssl genpkey -algorithm ed25519 -out sla.pem; openssl pkey -in sla.pem -pubout -out sla.pub',
  });
}

function unreadable(file: string, cause: unknown): AppError {
  return new AppError({ code: 'sla.unreadable', retryable: false }, `${file} cannot be read: ${messageOf(cause)}`, {
    cause,
    hint: 'Name a file that is there and may be read.',
  });
}
