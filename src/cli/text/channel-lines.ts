import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import { toIsoDay } from '../../foundation/clock.ts';
import type { ChannelRow } from '../../http/channel-port.ts';
import { duration } from '../../http/web/format-time.ts';
import type { Validation } from '../../pipeline/changes/index.ts';
import { columns } from './columns.ts';

const hour = 3_600_000;

/** One line a channel: `rolling  rolling  52b88f2f6ef0  behind 0  …`. */
export function channelLines(rows: readonly ChannelRow[], now: number): readonly string[] {
  if (rows.length === 0) return ['No channel is set up: add a [[channel]] to snowguard.toml.'];
  return columns([
    ['CHANNEL', 'KIND', 'HEAD', 'FOLLOWS', 'AGE', 'BEHIND', 'WAITING', 'PATCHES', 'SUPPORT', 'CONFLICT', 'TROUBLE'],
    ...rows.map((row) => [
      row.id,
      row.line.kind,
      row.head?.slice(0, 12) ?? 'empty',
      row.source?.commitId.slice(0, 12) ?? 'none yet',
      row.source === null ? '-' : duration(Math.max(0, now - row.source.committedAt)),
      row.behind === null ? '-' : `${row.behind}`,
      `${row.waitingReviews.length}`,
      `${row.patches}`,
      supportWords(row),
      row.conflict === null ? '-' : `patch ${row.conflict.patchId}`,
      row.troubles.map(({ step }) => step).join(', ') || '-',
    ]),
  ]);
}

/** Everything about one channel. */
export function channelFacts(row: ChannelRow, now: number): readonly string[] {
  const { line, source, conflict, evaluated, latestRelease } = row;
  const follows = line.over ?? 'upstream';
  return columns([
    ['channel', `${row.id} (${line.kind})`],
    ['follows', line.cooldownMs === 0 ? follows : `${follows} as it was ${line.cooldownMs / hour} h ago or earlier`],
    ['head', row.head ?? 'empty until the first sync'],
    ['newest there', source === null ? 'none yet' : `${source.commitId}, ${duration(now - source.committedAt)} old`],
    ['behind', row.behind === null ? '-' : `${row.behind} commits`],
    ['reviews', row.waitingReviews.length === 0 ? 'none waits' : `waiting: ${row.waitingReviews.join(', ')}`],
    ['patches', `${row.patches}: snowguard patches`],
    ...(conflict === null
      ? []
      : [
          [
            'conflict',
            `patch ${conflict.patchId} in ${conflict.paths.join(', ')}: snowguard patches show ${conflict.patchId}`,
          ],
        ]),
    ...row.troubles.map(({ step, says, hint }) => [step, `cannot go on: ${says}. ${hint ?? ''}`]),
    ['packages', `${evaluated.packages}, ${evaluated.failures} do not evaluate`],
    [
      'releases',
      `0.${line.minor}.N, newest ${latestRelease === null ? 'none' : simplifiedVersion(latestRelease.version)}`,
    ],
    ...row.validations.map((validation) => ['validated', validationWords(validation)]),
    ['support', supportWords(row)],
  ]);
}

/** `openssl: OpenSSL FIPS Provider 3.1.2, certificate 4985, active`, and what of it is not so. */
export function validationWords({ module, conflicts }: Validation): string {
  const { attr, certificate, status, versions } = module;
  const number = certificate === null ? 'no certificate yet' : `certificate ${certificate}`;
  const but = conflicts.length === 0 ? '' : `; not what was validated: ${conflicts.join('; ')}`;
  return `${attr}: ${module.module} ${versions.join(', ')}, ${number}, ${status.replace('-', ' ')}${but}`;
}

function supportWords({ support, successor }: ChannelRow): string {
  const next = successor === null ? '' : `, then ${successor}`;
  switch (support.kind) {
    case 'open':
      return 'open';
    case 'not-yet':
      return `from ${toIsoDay(support.from)}`;
    case 'supported':
    case 'ending':
      return `until ${toIsoDay(support.until - 1)}${next}`;
    case 'ended':
      return `ended ${toIsoDay(support.since - 1)}${next}`;
  }
}
