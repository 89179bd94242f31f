import { createHash, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { AppError, messageOf } from '../foundation/errors.ts';
import { openStatement, type ReleaseStatement } from '../pipeline/evidence/index.ts';
import { examineTarball } from '../pipeline/releases/index.ts';

export interface Check {
  readonly name: 'signature' | 'tarball' | 'tree' | 'address' | 'approval';
  readonly holds: boolean;
  readonly says: string;
}

export interface VerifiedRelease {
  readonly holds: boolean;
  readonly checks: readonly Check[];
  /** Null when no signature of the key holds. */
  readonly statement: ReleaseStatement | null;
}

const unreachable = { code: 'verify.unreachable', retryable: true } as const;
const maxStatementBytes = 32 * 1024 * 1024;

/**
 * Checks a release with nothing but a public key: the signature over its statement, the bytes of the tarball, the tree that Nix
 * will find in it, the address it lies at, and who approved the tree.
 */
export async function verifyRelease(given: {
  /** A pinned address, a range, or a file. */
  readonly tarball: string;
  /** A file; null: where the server has it. */
  readonly statement: string | null;
  readonly key: KeyObject;
  /** Fail unless two people approved the tree, or nothing covered changed. */
  readonly requireApproval: boolean;
  readonly signal: AbortSignal;
}): Promise<VerifiedRelease> {
  const { key, requireApproval, signal } = given;
  const isFile = !/^https?:\/\//.test(given.tarball);
  const source = isFile
    ? { stream: createReadStream(given.tarball), url: null }
    : await fetchTarball(given.tarball, signal);
  const digest = createHash('sha256');
  const counted = source.stream.on('data', (chunk: Buffer) => digest.update(chunk)).pipe(new PassThrough());
  source.stream.on('error', (error: Error) => counted.destroy(error));
  const found = await examineTarball(counted, { flakeFile: 'flake.nix' }).then(
    ({ narHash }) => Buffer.from(narHash.slice('sha256-'.length), 'base64').toString('hex'),
    (error: unknown) => {
      if (error instanceof AppError && error.code === 'releases.tarball') return `not one: ${error.message}`;
      throw error;
    },
  );
  const sha256 = digest.digest('hex');

  const text =
    given.statement === null ? await fetchStatement(source.url, signal) : await readFile(given.statement, 'utf8');
  const opened = openStatement(text, key);
  if (opened.kind !== 'statement') {
    const says = opened.kind === 'untrusted' ? 'no signature of this key' : `not a statement: ${opened.message}`;
    return { holds: false, checks: [{ name: 'signature', holds: false, says }], statement: null };
  }
  const { statement } = opened;
  const checks: readonly Check[] = [
    { name: 'signature', holds: true, says: 'the statement is signed by this key' },
    same('tarball', statement.subject[0]?.digest.sha256, sha256),
    same('tree', statement.subject[1]?.digest.sha256, found),
    ...(source.url === null ? [] : [addressCheck(statement, source.url)]),
    approvalCheck(statement, requireApproval),
  ];
  return { holds: checks.every(({ holds }) => holds), checks, statement };
}

function same(name: 'tarball' | 'tree', stated: string | undefined, found: string): Check {
  return stated === found
    ? { name, holds: true, says: found }
    : { name, holds: false, says: `the statement says ${stated}, it is ${found}` };
}

function addressCheck({ predicate }: ReleaseStatement, url: string): Check {
  const { version } = predicate.buildDefinition.externalParameters;
  const holds = decodeURIComponent(new URL(url).pathname).includes(
    `/${version}/${predicate.runDetails.metadata.invocationId}/`,
  );
  return { name: 'address', holds, says: holds ? version : `the statement is of ${version}, the address is ${url}` };
}

function approvalCheck({ predicate }: ReleaseStatement, required: boolean): Check {
  const { review, treeId } = predicate.buildDefinition.internalParameters;
  if (review === null || review.decision === 'observed')
    return { name: 'approval', holds: !required, says: 'nobody had to approve it: reviews were not enforced' };
  if (review.treeId !== treeId)
    return { name: 'approval', holds: false, says: `the approval is of the tree ${review.treeId}, not of ${treeId}` };
  const people = [...new Set(review.approvals.map(({ by }) => by))];
  if (review.class !== 'people')
    return { name: 'approval', holds: true, says: 'no covered derivation changed, with the proof in the statement' };
  if (review.decision === 'broken-glass')
    return { name: 'approval', holds: !required, says: 'a duty officer let it in alone' };
  return people.length >= 2
    ? { name: 'approval', holds: true, says: `${people.join(' and ')} approved this tree in review ${review.id}` }
    : { name: 'approval', holds: false, says: `only ${people.join('') || 'nobody'} approved it` };
}

async function fetchTarball(
  url: string,
  signal: AbortSignal,
): Promise<{ readonly stream: Readable; readonly url: string }> {
  const answer = await get(url, signal);
  if (answer.body === null) throw failed(url, 'it has no content');
  return { stream: Readable.fromWeb(answer.body), url: answer.url };
}

async function fetchStatement(pinned: string | null, signal: AbortSignal): Promise<string> {
  const uuid = pinned === null ? undefined : /\/([0-9a-f]{8}-[0-9a-f-]{27})\//.exec(new URL(pinned).pathname)?.[1];
  if (pinned === null || uuid === undefined)
    throw new AppError({ code: 'usage.statement', retryable: false }, 'where the statement lies is not known', {
      hint: 'Name it: --statement FILE. A server has it at /releases/<uuid>/attestation.json.',
    });
  const answer = await get(new URL(`/releases/${uuid}/attestation.json`, pinned).href, signal);
  const text = await answer.text();
  if (text.length > maxStatementBytes) throw failed(pinned, 'the statement is too large');
  return text;
}

async function get(url: string, signal: AbortSignal): Promise<Response> {
  const answer = await fetch(url, { signal }).catch((error: unknown) => {
    throw failed(url, messageOf(error));
  });
  if (!answer.ok) throw failed(url, `it answered ${answer.status}`);
  return answer;
}

function failed(url: string, message: string): AppError {
  return new AppError(unreachable, `${url} cannot be read: ${message}`, {
    hint: 'Check the address and the network, or name files: snowguard release verify source.tar.gz --statement FILE.',
  });
}
