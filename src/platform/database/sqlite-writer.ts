import { Worker } from 'node:worker_threads';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { databaseErrors } from './errors.ts';
import { sqliteError } from './sqlite-errors.ts';
import type { StatementResult, WriterReply, WriterRequest } from './sqlite-messages.ts';

/** The one connection that writes, in a thread of its own: a long statement never holds the event loop. */
export interface SqliteWriter {
  readonly ask: (request: WriterRequest) => Promise<StatementResult>;
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly resolve: (result: StatementResult) => void;
  readonly reject: (error: unknown) => void;
}

// The bundle has the thread's program as a file of its own beside it.
const program = new URL(`./sqlite-writer.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

export async function startSqliteWriter(options: {
  readonly file: string;
  readonly lockWaitMs: number;
}): Promise<SqliteWriter> {
  const { file } = options;
  const worker = new Worker(program, { workerData: options, execArgv: [], name: 'sqlite-writer' });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const waiting: Waiting[] = [];
  let ended: unknown = null;

  const answered = () =>
    new Promise<StatementResult>((resolve, reject) => {
      if (ended !== null) return reject(ended);
      waiting.push({ resolve, reject });
      worker.ref();
    });
  const end = (cause: unknown) => {
    ended ??= new AppError(databaseErrors.failed, `${file}: the writing thread ended: ${messageOf(cause)}`, { cause });
    for (const one of waiting.splice(0)) one.reject(ended);
  };
  worker.on('message', (reply: WriterReply) => {
    const first = waiting.shift();
    // An idle thread must not keep the program from ending.
    if (waiting.length === 0) worker.unref();
    if (reply.kind === 'done') first?.resolve(reply);
    else first?.reject(sqliteError(file, reply.message, reply.resultCode));
  });
  worker.on('error', end);
  worker.on('exit', () => end('it was closed'));

  const ask = (request: WriterRequest) => {
    const result = answered();
    if (ended === null) worker.postMessage(request);
    return result;
  };
  try {
    await answered();
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return {
    ask,
    close: async () => {
      await ask({ kind: 'close' });
      worker.ref();
      await exited;
    },
  };
}
