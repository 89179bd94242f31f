import { Worker } from 'node:worker_threads';
import type { Poster } from '../../src/platform/fetcher/index.ts';

/**
 * Calls `onEffect` before and just after each thing that this program does to the world: every statement, begin and commit
 * that goes to the writing thread of the database, and every request.
 */
export function watchEffects(onEffect: (name: string, when: 'before' | 'under way') => void): {
  readonly watched: (poster: Poster) => Poster;
} {
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (this: Worker, ...given: Parameters<Worker['postMessage']>) {
    const name = nameOf(given[0]);
    onEffect(name, 'before');
    postMessage.apply(this, given);
    onEffect(name, 'under way');
  };
  return {
    watched: ({ post }) => ({
      post: (request) => {
        onEffect('send', 'before');
        const answer = post(request);
        onEffect('send', 'under way');
        return answer;
      },
    }),
  };
}

/** `insert alert_attempt`, `commit` */
function nameOf(request: { readonly kind: string; readonly sql?: string }): string {
  if (request.sql === undefined) return request.kind;
  const [, verb = '', table = ''] =
    /^(\w+) (?:.*?\bfrom |into )?"?(\w+)/is.exec(request.sql.replaceAll(/\s+/g, ' ')) ?? [];
  return `${verb} ${table}`;
}
