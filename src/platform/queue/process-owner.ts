import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A name for this very process: `place pid start`, the place being where its pid means something. */
export function processOwner(): string {
  return `${place()} ${process.pid} ${Math.round(performance.timeOrigin)}`;
}

/** Whether the process of that name has surely ended. One on another machine never has: only time tells. */
export function hasEnded(owner: string): boolean {
  const [at, pid, start] = owner.split(' ');
  const [ownPlace, ownPid, ownStart] = processOwner().split(' ');
  if (at !== ownPlace) return false;
  if (pid === ownPid) return start !== ownStart;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

function place(): string {
  // Containers may share a host name but not their pids.
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {}
  return `${hostname()}/${namespace}`.replaceAll(' ', '');
}
