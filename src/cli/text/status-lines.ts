import type { ClientStatus } from '../../app/index.ts';
import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { Overview } from '../../http/ports.ts';
import { ago, counted, duration, promised } from '../../http/web/format-time.ts';
import { lackingWords } from '../../http/web/lacking-words.ts';
import { plainText } from '../../platform/log/plain-text.ts';
import { columns } from './columns.ts';
import { findingLines } from './finding-lines.ts';

export function statusLines(overview: Overview, now: number): readonly string[] {
  const { latestRelease } = overview;
  const lacking = lackingWords(overview);
  const several = new Set(overview.promise.map(({ policy }) => policy)).size > 1;
  return [
    ...(lacking === null ? [] : [`${lacking}: nothing can be said of vulnerabilities until then.`, '']),
    ...columns([
      ['severity', 'fix in', 'open', 'next breach', 'breached', 'kept', 'late'],
      ...overview.promise.map((line) => [
        several ? `${line.band} (${line.channels.join(', ')})` : line.band,
        promised(line.remediationMs),
        String(line.open),
        line.nextDueAt === null
          ? '-'
          : line.nextDueAt < now
            ? `${duration(now - line.nextDueAt)} over`
            : `in ${duration(line.nextDueAt - now)}`,
        String(line.breached),
        String(line.met),
        String(line.metLate),
      ]),
    ]),
    '',
    'Breaching next:',
    ...findingLines(overview.urgent, now).map((line) => `  ${line}`),
    '',
    latestRelease === null
      ? 'No release yet.'
      : `Newest release ${simplifiedVersion(latestRelease.version)}, ${ago(latestRelease.publishedAt, now)}.`,
    `${counted(overview.coveredPackages, 'package')} covered, ${counted(overview.advisories, 'advisory', 'advisories')}, ${counted(overview.mustAct, 'locked input')} that must be updated.`,
    ...overview.feeds
      .filter((feed) => feed.state !== 'ok')
      .map((feed) => `Feed ${feed.id}: ${feed.message ?? (feed.state === 'never' ? 'not read yet' : feed.state)}`),
  ];
}

export function clientStatusLines({ server, signedIn, lock }: ClientStatus): readonly string[] {
  return [
    signedIn === null
      ? `${server}: not signed in. Sign in: snowguard login ${server}`
      : plainText(`${server}: signed in as ${signedIn.name} until ${signedIn.expiresAt.slice(0, 10)}.`),
    ...(lock === null
      ? ['There is no flake.lock here.']
      : lock.inputs.length === 0
        ? ['No input of the flake.lock here is a release of it. Adopt one: snowguard add']
        : lock.inputs.map(({ input, version, standing, targetVersion }) => {
            const fixes = lock.mustAct.find((move) => move.input === input)?.fixes.length ?? 0;
            const words =
              standing === 'unknown'
                ? 'a release that the server does not know'
                : fixes > 0
                  ? `lacks ${fixes} ${fixes === 1 ? 'fix' : 'fixes'}: snowguard update`
                  : standing === 'behind'
                    ? `${simplifiedVersion(targetVersion ?? '')} is newer and fixes nothing that you lack`
                    : 'the newest release';
            return plainText(`${input} at ${simplifiedVersion(version)}: ${words}`);
          })),
  ];
}
