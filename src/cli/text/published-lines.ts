import type { FlakeRelease, PublishedFlake, searchPackages } from '../../app/consumer-edit/index.ts';
import { ago } from '../../http/web/format-time.ts';
import { columns } from './columns.ts';

export function flakeLines(flakes: readonly PublishedFlake[], now: number): readonly string[] {
  if (flakes.length === 0) return ['Nothing is published there yet.'];
  return columns(
    flakes.map(({ organisation, flake, version, publishedAt, releases }) => [
      `${organisation}/${flake}`,
      version,
      ago(Date.parse(publishedAt), now),
      releases === 1 ? '1 release' : `${releases} releases`,
    ]),
  );
}

export function flakeReleaseLines(releases: readonly FlakeRelease[], now: number): readonly string[] {
  if (releases.length === 0) return ['There is no release of that name there.'];
  return columns(
    releases.map((release) => [
      release.simplified_version,
      release.revision.slice(0, 12),
      ago(Date.parse(release.published_at), now),
      release.yanked_at == null ? '' : 'withdrawn',
    ]),
  );
}

export function packageLines(page: Awaited<ReturnType<typeof searchPackages>>): readonly string[] {
  if (page.items.length === 0) return ['No package of that name is kept there.'];
  return [
    ...columns(
      page.items.map((row) => [
        row.attr,
        row.versions.map(({ channel, version }) => `${version} in ${channel}`).join(', '),
        row.category === null ? 'not covered' : `covered (${row.category})`,
        row.openFindings === 0 ? '' : `${row.openFindings} open, worst ${row.worst ?? 'unknown'}`,
      ]),
    ),
    ...(page.next === null ? [] : ['There are more: use more of the name.']),
  ];
}
