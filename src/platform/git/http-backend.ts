import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { AppError } from '../../foundation/errors.ts';
import { gitEnvironment, gitErrors } from './git-process.ts';
import type { GitAnswer, GitRequest } from './index.ts';

const maxHeaderBytes = 64 * 1024;
/** Reviews, proposals and what is being written are nobody else's business. */
const fetched = ['refs/', '!refs/heads/', '!refs/upstream/'];
const maxPackBytes = 256 * 1024 * 1024;

/**
 * Answers one request of git's smart HTTP protocol by git's own CGI program (`git http-backend`), streaming both ways. A push
 * may only write `ref`, below the namespace of who pushes; objects are checked before they are kept.
 */
export async function answerGitRequest(directory: string, request: GitRequest): Promise<GitAnswer> {
  const { push } = request;
  const settings: readonly (readonly [string, string])[] = [
    ['http.receivepack', push === null ? 'false' : 'true'],
    ['http.uploadpack', 'true'],
    ['core.hooksPath', '/dev/null'],
    ['gc.auto', '0'],
    ['receive.autogc', 'false'],
    ['receive.fsckObjects', 'true'],
    ['receive.maxInputSize', String(maxPackBytes)],
    ...(push === null
      ? fetched.map((ref) => ['uploadpack.hideRefs', ref] as const)
      : [['receive.hideRefs', 'refs/'] as const, ['receive.hideRefs', `!${push.ref}`] as const]),
  ];
  const child = spawn('git', ['http-backend'], {
    env: {
      ...gitEnvironment(process.env),
      ...Object.fromEntries(
        settings.flatMap(([name, value], index) => [
          [`GIT_CONFIG_KEY_${index}`, name],
          [`GIT_CONFIG_VALUE_${index}`, value],
        ]),
      ),
      GIT_CONFIG_COUNT: String(settings.length),
      GIT_PROJECT_ROOT: directory,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: request.protocol,
      ...(push === null ? {} : { GIT_NAMESPACE: push.namespace, REMOTE_USER: push.namespace }),
      PATH_INFO: request.path,
      QUERY_STRING: request.query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.contentType,
      HTTP_CONTENT_ENCODING: request.contentEncoding,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
    signal: request.signal,
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error) =>
      reject(
        new AppError(gitErrors.failed, `git http-backend could not be started: ${error.message}`, { cause: error }),
      ),
    );
    child.on('close', () => resolve());
  });
  // Whoever stops reading never awaits it.
  ended.catch(() => {});
  // Git that refuses early closes its input.
  child.stdin.on('error', () => {});
  if (request.body === null) child.stdin.end();
  else
    Readable.fromWeb(request.body)
      .on('error', () => child.kill('SIGKILL'))
      .pipe(child.stdin);
  const output = (child.stdout as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const { status, headers, rest } = await readHead(output);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (rest.length > 0) controller.enqueue(rest);
    },
    pull: async (controller) => {
      const { done, value } = await output.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => void child.kill('SIGKILL'),
  });
  return { status, headers, body, ended };
}

/** The CGI header: lines `Name: value` until an empty one; `Status: 404 Not Found` where it is not 200. */
async function readHead(output: AsyncIterator<Buffer>): Promise<{
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly rest: Buffer;
}> {
  let head: Buffer = Buffer.alloc(0);
  for (;;) {
    const end = head.indexOf('\r\n\r\n');
    if (end >= 0) {
      const lines = head.toString('latin1', 0, end).split('\r\n');
      const pairs = lines.map((line) => line.split(/: (.*)/)).map(([name = '', value = '']) => [name, value] as const);
      const status = Number.parseInt(pairs.find(([name]) => name === 'Status')?.[1] ?? '200', 10);
      return { status, headers: pairs.filter(([name]) => name !== 'Status'), rest: head.subarray(end + 4) };
    }
    const { done, value } = await output.next();
    if (done === true || head.length > maxHeaderBytes)
      throw new AppError(gitErrors.failed, 'git http-backend ended without an answer');
    head = Buffer.concat([head, value]);
  }
}
