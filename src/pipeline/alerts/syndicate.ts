import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { SyndicationChannel } from '../../formats/syndication/index.ts';
import { assertNever } from '../../foundation/assert-never.ts';
import type { Advisory } from '../advisories/index.ts';
import type { Finding } from '../findings/index.ts';
import { type Release, versionStep } from '../releases/index.ts';
import { escapeHtml } from './escape-html.ts';

const maxItems = 50;

type Item = SyndicationChannel['items'][number];

/** An advisory that touches what we carry, with its findings in every channel. */
export interface SyndicatedAdvisory {
  readonly advisory: Pick<Advisory, 'id' | 'title' | 'details' | 'band' | 'score' | 'publishedAt' | 'modifiedAt'>;
  readonly findings: readonly Finding[];
  /** Of each finding, the id that it is published under. */
  readonly publishedAs?: readonly (string | null)[];
  /** When what is told here of the findings last changed. */
  readonly changedAt: number;
}

interface Addresses {
  readonly publicUrl: string;
  readonly selfUrl: string;
  /** What the feed is called: `acme/secure: releases`. */
  readonly name: string;
}

/** A feed of releases, advisories or both, last changed first: at most 50. `name` is what it is called. */
export function syndicationChannel(
  given: Addresses & { readonly releases: readonly Release[]; readonly advisories: readonly SyndicatedAdvisory[] },
): SyndicationChannel {
  const { publicUrl, name, releases, advisories } = given;
  const items = [
    ...releases.map((release) => releaseItem(publicUrl, release)),
    ...advisories.map((entry) => advisoryItem(publicUrl, entry)),
  ]
    .sort((a, b) => b.updatedAt - a.updatedAt || (a.id < b.id ? -1 : 1))
    .slice(0, maxItems);
  return {
    title: name,
    description: 'Releases with what they fix, and vulnerabilities with what became of each, as far as this feed goes.',
    homeUrl: `${publicUrl}/feeds`,
    selfUrl: given.selfUrl,
    updatedAt: newest(items),
    items,
  };
}

function releaseItem(publicUrl: string, release: Release): Item {
  const name = `${release.organisation}/${release.flake} ${simplifiedVersion(release.version)}`;
  const lines = release.fixes.map((fix) => `${fix.advisoryId} (${fix.band}) in ${fix.attr}: ${versionStep(fix)}`);
  const withdrawn = release.yankedAt === null ? '' : 'This release was withdrawn. ';
  const lead = `${withdrawn}${lines.length === 0 ? 'No vulnerability fix in this release.' : `Fixes ${lines.length}:`}`;
  return {
    id: `urn:uuid:${release.uuid}`,
    url: `${publicUrl}/releases/${release.uuid}`,
    title: `${name}${release.yankedAt === null ? '' : ' (withdrawn)'}${lines.length === 0 ? '' : `: ${lines.length} ${lines.length === 1 ? 'fix' : 'fixes'}`}`,
    text: [lead, ...lines].join('\n'),
    html: `<p>${escapeHtml(lead)}</p>${listOf(lines.map(escapeHtml))}<p>Commit <code>${escapeHtml(release.commitId)}</code></p>`,
    publishedAt: release.publishedAt,
    updatedAt: Math.max(release.publishedAt, release.yankedAt ?? 0),
    categories: [...new Set(['release', release.channel, ...release.fixes.map((fix) => fix.band)])],
  };
}

function advisoryItem(publicUrl: string, { advisory, findings, publishedAs, changedAt }: SyndicatedAdvisory): Item {
  const lines = findings.map((finding, index) => ({
    text: `${finding.attr} ${finding.version} in ${finding.channel}: ${stateWords(finding)}`,
    id: publishedAs?.[index] ?? null,
  }));
  const opened = Math.min(...findings.map((finding) => finding.openedAt));
  const publishedAt = Number.isFinite(opened) ? opened : (advisory.publishedAt ?? 0);
  return {
    id: `${publicUrl}/cve/${encodeURIComponent(advisory.id)}`,
    url: `${publicUrl}/cve/${encodeURIComponent(advisory.id)}`,
    title: `${advisory.id} (${advisory.band}): ${clip(advisory.title, 160)}`,
    text: [clip(advisory.details, 1000), ...lines.map(({ text, id }) => (id === null ? text : `${text} (${id})`))].join(
      '\n',
    ),
    html: `<p>${escapeHtml(clip(advisory.details, 1000))}</p>${listOf(lines.map(({ text, id }) => escapeHtml(text) + linkOf(publicUrl, id)))}`,
    publishedAt,
    updatedAt: Math.max(publishedAt, changedAt),
    categories: [
      ...new Set([
        'advisory',
        advisory.band,
        ...findings.flatMap(({ attr, state, channel }) => [attr, state, channel]),
      ]),
    ],
  };
}

function stateWords(finding: Finding): string {
  switch (finding.state) {
    case 'open':
      return 'affected, a fix is being made';
    case 'under_investigation':
      return 'under investigation';
    case 'not_affected':
      return 'not affected';
    case 'retracted':
      return 'not affected, the report was withdrawn';
    case 'fixed':
      return `fixed${finding.fixedVersion === null ? '' : ` in ${finding.fixedVersion}`}${finding.releasedAt === null ? ', waiting for a release' : ''}`;
    default:
      return assertNever(finding.state);
  }
}

function newest(items: readonly Item[]): number {
  return Math.max(0, ...items.map((item) => item.updatedAt));
}

function listOf(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `<ul>${lines.map((line) => `<li>${line}</li>`).join('')}</ul>`;
}

function linkOf(publicUrl: string, id: string | null): string {
  if (id === null) return '';
  return ` (<a href="${escapeHtml(`${publicUrl}/advisories/${encodeURIComponent(id)}`)}">${escapeHtml(id)}</a>)`;
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}
