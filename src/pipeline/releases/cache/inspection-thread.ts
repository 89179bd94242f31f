import { Worker } from 'node:worker_threads';
import { AppError } from '../../../foundation/errors.ts';
import { cacheErrors } from './errors.ts';
import { type InspectNar, inspectNar } from './inspect-nar.ts';
import type { InspectionReply, InspectionRequest } from './inspection-messages.ts';
import type { NarFacts } from './model.ts';

// The bundle has the thread's program as a file of its own beside it.
const program = new URL(`./inspect-nar.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

interface Waiting {
  readonly resolve: (facts: NarFacts | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Unpacks xz in a thread of its own, all archives in one: it is done in WebAssembly and would hold up every other request.
 * The other compressions are unpacked by Node outside of the event loop. The thread begins with the first archive.
 */
export function createInspectionThread(): InspectNar {
  let thread: Worker | null = null;
  const waiting = new Map<number, Waiting>();
  let last = 0;

  const running = (): Worker => {
    if (thread !== null) return thread;
    const started = new Worker(program, { execArgv: [], name: 'inspect-nar' });
    started.unref();
    started.on('message', (reply: InspectionReply) => {
      const { id } = reply;
      const one = waiting.get(id);
      waiting.delete(id);
      if (waiting.size === 0) started.unref();
      if (reply.kind === 'fault') one?.reject(new AppError(reply, reply.message));
      else one?.resolve(reply.kind === 'facts' ? reply.facts : null);
    });
    const end = (cause?: unknown) => {
      if (thread === started) thread = null;
      for (const one of waiting.values()) one.reject(new AppError(cacheErrors.interrupted, 'try again', { cause }));
      waiting.clear();
    };
    started.on('error', end);
    started.on('exit', () => end());
    thread = started;
    return started;
  };
  const ask = (request: InspectionRequest) =>
    new Promise<NarFacts | null>((resolve, reject) => {
      const asked = running();
      waiting.set(request.id, { resolve, reject });
      asked.ref();
      asked.postMessage(request);
    });

  return async (compression, bounds, digest = null) => {
    if (compression !== 'xz') return inspectNar(compression, bounds, digest);
    last += 1;
    const id = last;
    await ask({ kind: 'begin', id, bounds, digest });
    return {
      write: async (bytes) => {
        await ask({ kind: 'write', id, bytes });
      },
      end: async () => {
        const facts = await ask({ kind: 'end', id });
        if (facts === null) throw new AppError(cacheErrors.interrupted, 'try again');
        return facts;
      },
      abandon: () => thread?.postMessage({ kind: 'abandon', id } satisfies InspectionRequest),
    };
  };
}
