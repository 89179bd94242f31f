// The folder test tools are kept in between runs, and a way to fill a part of it once though several processes ask.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'snowguard-test-tools');

/**
 * The absolute path of the folder `name` in the cache. When it is not there yet, `fill(fresh, final)` writes into the
 * folder `fresh`, which is then moved to `final` in one step; what `fill` throws leaves nothing behind.
 */
export async function cachedFolder(name, fill) {
  const final = path.join(cache, name);
  if (existsSync(final)) return final;
  mkdirSync(cache, { recursive: true });
  const unlock = await lock(`${final}.lock`);
  try {
    if (existsSync(final)) return final;
    const fresh = `${final}.fresh`;
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh);
    try {
      await fill(fresh, final);
      renameSync(fresh, final);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
    return final;
  } finally {
    unlock();
  }
}

async function lock(file) {
  for (;;) {
    try {
      const handle = openSync(file, 'wx');
      writeSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isLeftBehind(file)) rmSync(file, { force: true });
    else await sleep(200);
  }
}

function isLeftBehind(file) {
  try {
    // A lock just made may be empty for an instant; signal 0 to process 0 always succeeds.
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
