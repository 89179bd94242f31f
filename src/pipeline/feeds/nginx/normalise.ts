import type { NginxItem } from '../../../formats/nginx/read-advisories.ts';
import { compareVersions } from '../../../formats/versions/index.ts';
import { AppError } from '../../../foundation/errors.ts';
import type { AffectedProduct, FeedRecord, Range } from '../model.ts';
import { blankRecord } from '../normalising/blank-record.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { severityOfText } from '../normalising/severity-of.ts';
import { subtractRanges } from '../normalising/subtract-ranges.ts';

const shape = { code: 'nginx.shape', retryable: false } as const;

/** Affected is what is `vulnerable` and not `good`; none of it has a date. */
export function normaliseNginx(item: NginxItem, { source }: NormaliseContext): FeedRecord {
  return {
    ...blankRecord(source, nginxId(item)),
    title: item.name,
    references: [
      ...(item.advisory === null ? [] : [{ type: 'ADVISORY', url: item.advisory }]),
      ...item.patches.map((name) => ({ type: 'FIX', url: `https://nginx.org/download/${name}` })),
    ],
    affected: affected(item),
    severities: item.severity === null || item.severity === 'none' ? [] : [severityOfText(item.severity, null)],
  };
}

/** The CVE, whose prefix is left out there; one item has none but its name. */
export function nginxId({ cve, name }: NginxItem): string {
  if (cve !== null && /^(?:CVE-)?\d{4}-\d{4,}$/.test(cve)) return cve.startsWith('CVE-') ? cve : `CVE-${cve}`;
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 100);
  if (slug === '') throw new AppError(shape, 'the item has no name');
  return `NGINX-${slug}`;
}

interface Vulnerable {
  readonly range: Range;
  readonly platform: string | null;
}

function affected({ vulnerable, good }: NginxItem): readonly AffectedProduct[] {
  const fixes = listed(good)
    .filter((entry) => entry !== 'none')
    .map(fixOf);
  const parts = listed(vulnerable).map(vulnerableOf);
  const platforms = [...new Set(parts.map(({ platform }) => platform))];
  return platforms.map((platform) => {
    const ranges = parts.filter((part) => part.platform === platform).map(({ range }) => range);
    return {
      identity: { kind: 'product', vendor: 'f5', product: 'nginx' },
      scheme: 'semver',
      ranges: subtractRanges(
        ranges.map((range) => upToFix(range, fixes)),
        fixedRanges(fixes),
        compare,
      ),
      versions: [],
      unaffected: [],
      otherwise: 'unaffected',
      weak: null,
      platforms: platform === null ? [] : [platform],
      component: null,
    };
  });
}

function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** `0.9.6-1.31.2`, `1.25.3`, `nginx/Windows 0.7.52-1.3.0`, `all`. */
function vulnerableOf(entry: string): Vulnerable {
  const [, platform = null, version = ''] = /^(?:nginx\/(\w+)\s+)?(.*)$/.exec(entry) ?? [];
  if (version === 'all') return { platform, range: { lo: null, loInclusive: true, hi: null, hiInclusive: false } };
  const [, lo, hi = lo] = /^(\d+(?:\.\d+){2})(?:-(\d+(?:\.\d+){2}))?$/.exec(version) ?? [];
  if (lo === undefined || hi === undefined) throw new AppError(shape, `${entry.slice(0, 100)} is no range of versions`);
  return { platform, range: { lo, loInclusive: true, hi, hiInclusive: true } };
}

/** `1.30.4+`. */
function fixOf(entry: string): string {
  const [, version] = /^(\d+\.\d+\.\d+)\+$/.exec(entry) ?? [];
  if (version === undefined) throw new AppError(shape, `${entry.slice(0, 100)} is no fixed version`);
  return version;
}

/** The highest fix holds for all that follows, every other one for its own branch. */
function fixedRanges(fixes: readonly string[]): readonly Range[] {
  const sorted = fixes.toSorted((a, b) => compare(a, b) ?? 0);
  return sorted.map((lo, index) => ({
    lo,
    loInclusive: true,
    hi: index === sorted.length - 1 ? null : nextBranch(lo),
    hiInclusive: false,
  }));
}

/** The last vulnerable release is followed by the fix of its branch: that is what to tell. */
function upToFix(range: Range, fixes: readonly string[]): Range {
  const { hi } = range;
  const fix =
    hi === null
      ? undefined
      : fixes.find((version) => nextBranch(version) === nextBranch(hi) && (compare(version, hi) ?? 0) > 0);
  return fix === undefined ? range : { ...range, hi: fix, hiInclusive: false };
}

function nextBranch(version: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return `${major}.${minor + 1}.0`;
}

function compare(a: string, b: string): number | null {
  return compareVersions('semver', a, b);
}
