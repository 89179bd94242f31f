import { buffer } from 'node:stream/consumers';
import { messageOf } from '../../foundation/errors.ts';
import type { Fetcher } from '../../platform/fetcher/index.ts';
import type { Advisory } from '../advisories/index.ts';
import type { Instance } from '../catalog/index.ts';
import { changeKeys } from './fix-changes.ts';
import { type FixCommit, fixCommitsOf } from './fix-links.ts';
import type { FixReading } from './fix-store.ts';
import type { Match } from './model.ts';

const mostBytes = 1024 * 1024;
const fetchMs = 30_000;
/** The network, rather than one commit, is what fails then. */
const failuresInARow = 5;

/** The matches whose packages carry patches that the commit of the fix could prove, or prove to be none. */
export function provable(matches: readonly Match[], instances: readonly Instance[]): readonly Match[] {
  const patched = new Set(
    instances
      .filter(({ patches }) => patches.some(({ content, reverts }) => content !== null && reverts !== true))
      .map(({ attr }) => attr),
  );
  return matches.filter(
    ({ attr, patch, status }) => patched.has(attr) && patch.state !== 'verified' && status !== 'not_affected',
  );
}

/** The fixing commits of these advisories that can be read somewhere, each once. */
export function readableFixes(advisories: Iterable<Advisory>): readonly FixCommit[] {
  const fixes = [...advisories].flatMap(fixCommitsOf).filter(({ url }) => url !== null);
  return [...new Map(fixes.map((fix) => [fix.commitId, fix])).values()];
}

/** Reads what commits change, one after the other. */
export async function readFixes(given: {
  readonly fetcher: Fetcher;
  readonly fixes: readonly FixCommit[];
  readonly signal: AbortSignal;
}): Promise<readonly FixReading[]> {
  const readings: FixReading[] = [];
  let failures = 0;
  for (const fix of given.fixes) {
    const reading = await readFix(given, fix);
    readings.push(reading);
    failures = reading.kind === 'failed' ? failures + 1 : 0;
    if (failures === failuresInARow) break;
  }
  return readings;
}

async function readFix(
  { fetcher, signal }: { readonly fetcher: Fetcher; readonly signal: AbortSignal },
  fix: FixCommit,
): Promise<FixReading> {
  try {
    const answer = await fetcher.fetch({ url: fix.url ?? '', maxBytes: mostBytes, timeoutMs: fetchMs, signal });
    if (answer.kind !== 'content')
      return { ...fix, kind: 'failed', why: answer.kind === 'refused' ? `status ${answer.status}` : 'no content' };
    const changes = changeKeys((await buffer(answer.body)).toString('utf8'));
    return changes.length === 0
      ? { ...fix, kind: 'failed', why: 'it changes no code, or is no patch' }
      : { ...fix, kind: 'read', changes };
  } catch (error) {
    signal.throwIfAborted();
    return { ...fix, kind: 'failed', why: messageOf(error).slice(0, 500) };
  }
}
