import type { CacheInfo } from '../../app/index.ts';
import { toIso } from '../../foundation/clock.ts';
import { counted } from '../../http/web/format-time.ts';
import type { GarbageReport, PublicKey } from '../../pipeline/releases/index.ts';
import { columns } from './columns.ts';

export function cacheInfoLines({ url, visibility, sizes, keys, pins, nixConf }: CacheInfo): readonly string[] {
  return [
    `${url}   ${visibility}`,
    ...(sizes.length === 0
      ? ['It is empty. See how to fill it: snowguard cache push --help']
      : columns(sizes.map(({ cache, paths, fileBytes }) => [cache, counted(paths, 'path'), megabytes(fileBytes)]))),
    '',
    ...(keys.length === 0 ? ['There is no key yet: the first upload makes one.'] : keyLines(keys)),
    ...(pins.length === 0
      ? []
      : ['', ...pins.map(({ hash, name, reason }) => `kept: /nix/store/${hash}-${name}  ${reason}`)]),
    ...(keys.length === 0 ? [] : ['', 'For nix.conf:', ...nixConf.map((line) => `  ${line}`)]),
  ];
}

export function keyLines(keys: readonly PublicKey[]): readonly string[] {
  return keys.map(
    ({ publicKey, retiredAt }) => `${publicKey}${retiredAt === null ? '' : `   retired ${toIso(retiredAt)}`}`,
  );
}

export function cacheListLines(
  items: readonly { readonly path: string; readonly narSize: number; readonly addedBy: string }[],
): readonly string[] {
  return items.length === 0
    ? ['Nothing is here.']
    : columns(items.map(({ path, narSize, addedBy }) => [path, megabytes(narSize), addedBy]));
}

export function garbageLines(report: GarbageReport, dryRun: boolean): readonly string[] {
  const would = dryRun ? 'would be ' : '';
  return [
    `${report.withdrawn} of ${report.paths} paths ${would}withdrawn, ${report.restored} ${would}offered again.`,
    `${report.forgotten} paths withdrawn 30 days ago ${would}forgotten, ${report.blobs} files with ${megabytes(report.freedBytes)} ${would}removed.`,
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
