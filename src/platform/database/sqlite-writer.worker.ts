import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../foundation/errors.ts';
import type { StatementResult, WriterReply, WriterRequest } from './sqlite-messages.ts';
import { createStatementRunner } from './sqlite-statements.ts';

const { file, lockWaitMs } = workerData as { readonly file: string; readonly lockWaitMs: number };
const nothing: StatementResult = { rows: [], changes: 0 };

function openConnection(): DatabaseSync {
  const connection = new DatabaseSync(file, { timeout: lockWaitMs, enableForeignKeyConstraints: true });
  try {
    connection.exec('pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory;');
    connection.exec('pragma cache_size = -32000; pragma journal_size_limit = 67108864;');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function createAnswerer(connection: DatabaseSync): (request: WriterRequest) => StatementResult {
  const run = createStatementRunner(connection);
  return (request) => {
    switch (request.kind) {
      case 'run':
        return run(request.sql, request.parameters);
      case 'begin':
        return run('begin immediate', []);
      case 'commit':
        return run('commit', []);
      case 'rollback':
        // Some failures (a full disk) have rolled back already.
        return connection.isTransaction ? run('rollback', []) : nothing;
      case 'close':
        connection.close();
        return nothing;
    }
  };
}

function attempt(act: () => StatementResult): WriterReply {
  try {
    return { kind: 'done', ...act() };
  } catch (error) {
    const resultCode = error instanceof Error && 'errcode' in error ? Number(error.errcode) : null;
    return { kind: 'failed', message: messageOf(error), resultCode };
  }
}

let answer: ((request: WriterRequest) => StatementResult) | undefined;
const opened = attempt(() => {
  answer = createAnswerer(openConnection());
  return nothing;
});
parentPort?.postMessage(opened);
parentPort?.on('message', (request: WriterRequest) => {
  parentPort?.postMessage(attempt(() => answer?.(request) ?? nothing));
  if (request.kind === 'close') parentPort?.close();
});
