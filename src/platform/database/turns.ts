import { AsyncLocalStorage } from 'node:async_hooks';
import { AppError } from '../../foundation/errors.ts';
import { databaseErrors } from './errors.ts';

/** Runs one piece of work after the other, in the order asked. One asked from inside another could never begin: refused. */
export function createTurns(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const inside = new AsyncLocalStorage<true>();
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    if (inside.getStore() === true)
      return Promise.reject(
        new AppError(databaseErrors.misused, 'a write inside a write: use the transaction at hand'),
      );
    const turn = last.then(() => inside.run(true, work));
    last = turn.catch(() => {});
    return turn;
  };
}
