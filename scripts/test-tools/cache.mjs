// The folder that test tools are kept in between runs, filled once though several processes ask at the same time.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'snowguard-test-tools');

/**
 * The absolute path of the folder `name` in the cache. When it is not there yet, `fill(fresh, final)` writes into the
 * folder `fresh`, which is then moved to `final` in one step; when `fill` throws, nothing is left behind.
 */
export async function cachedFolder(name, fill) {
  const final = path.join(cache, name);
  if (existsSync(final)) return final;
  return alone(name, async () => {
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
  });
}

/** Runs `action` while no other process of this user runs one under the same name. */
export async function alone(name, action) {
  mkdirSync(cache, { recursive: true });
  const file = path.join(cache, `${name}.lock`);
  while (!locks(file)) {
    if (isLeftBehind(file)) rmSync(file, { force: true });
    else await sleep(200);
  }
  try {
    return await action();
  } finally {
    rmSync(file, { force: true });
  }
}

function locks(file) {
  try {
    const handle = openSync(file, 'wx');
    writeSync(handle, String(process.pid));
    closeSync(handle);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isLeftBehind(file) {
  try {
    // A lock made this instant is still empty: that reads as process 0, which signal 0 always finds.
    process.kill(Number(readFileSync(file, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
