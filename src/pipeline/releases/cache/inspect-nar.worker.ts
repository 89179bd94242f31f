import { parentPort } from 'node:worker_threads';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import { cacheErrors } from './errors.ts';
import { inspectNar, type NarInspector } from './inspect-nar.ts';
import type { InspectionReply, InspectionRequest } from './inspection-messages.ts';

const inspectors = new Map<number, Promise<NarInspector>>();

parentPort?.on('message', (request: InspectionRequest) => {
  const { id } = request;
  answer(request).then(
    (reply) => {
      if (reply !== null) parentPort?.postMessage(reply);
    },
    (error: unknown) => {
      const { code, retryable } = error instanceof AppError ? error : cacheErrors.undecodable;
      const reply: InspectionReply = { kind: 'fault', id, code, retryable, message: messageOf(error) };
      parentPort?.postMessage(reply);
    },
  );
});

async function answer(request: InspectionRequest): Promise<InspectionReply | null> {
  const { id } = request;
  if (request.kind === 'begin') {
    const begun = inspectNar('xz', request.bounds, request.digest);
    inspectors.set(id, begun);
    await begun;
    return { kind: 'taken', id };
  }
  const inspector = await inspectors.get(id);
  if (inspector === undefined) return null;
  switch (request.kind) {
    case 'write':
      await inspector.write(request.bytes);
      return { kind: 'taken', id };
    case 'end': {
      const facts = await inspector.end();
      inspectors.delete(id);
      return { kind: 'facts', id, facts };
    }
    case 'abandon':
      inspectors.delete(id);
      inspector.abandon();
      return null;
  }
}
