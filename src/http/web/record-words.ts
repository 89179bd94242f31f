import { assertNever } from '../../foundation/assert-never.ts';
import type { AffectedProduct, Range, Severity, Ssvc, Statement } from '../../pipeline/feeds/index.ts';

/** What a record says, in words. Texts of sources are cut, never interpreted. */

const maxSpans = 4;
const clip = (text: string) => (text.length <= 300 ? text : `${text.slice(0, 299)}…`);

/** `curl (npm)`, `openbsd openssh, part sshd`. */
export function productWords({ identity, component }: AffectedProduct): string {
  const part = component === null ? '' : `, part ${component}`;
  switch (identity.kind) {
    case 'cpe':
    case 'product':
      return clip(`${identity.vendor} ${identity.product}${part}`);
    case 'purl':
      return clip(`${identity.purl}${part}`);
    case 'package':
      return clip(`${identity.name} (${identity.ecosystem})${part}`);
    case 'repository':
      return clip(`${identity.url}${part}`);
    default:
      return assertNever(identity);
  }
}

/** `from 8.5p1 before 9.8p1; 3 listed versions`; empty where the record names no version. */
export function versionWords({ ranges, versions }: Pick<AffectedProduct, 'ranges' | 'versions'>): string {
  const spans = ranges.slice(0, maxSpans).map(spanWords);
  const more = ranges.length > maxSpans ? [`${ranges.length - maxSpans} more ranges`] : [];
  const listed =
    versions.length === 0 ? [] : [versions.length <= 3 ? versions.join(', ') : `${versions.length} listed versions`];
  return clip([...spans, ...more, ...listed].join('; '));
}

/** What limits an entry: versions left out, bounds that prove nothing, platforms. */
export function limitWords(product: AffectedProduct): readonly string[] {
  const { unaffected, otherwise, weak, platforms } = product;
  return [
    ...(unaffected.length === 0 ? [] : [`unaffected: ${versionWords({ ranges: unaffected, versions: [] })}`]),
    ...(otherwise === 'unknown' ? [] : [`every other version ${otherwise}`]),
    ...(platforms.length === 0 ? [] : [clip(`only on ${platforms.join(', ')}`)]),
    ...(weak === null ? [] : [clip(`no proof on its own: ${weak}`)]),
  ];
}

/** `fixed in 7.88.1-10+deb12u4`, `not affected: vulnerable code not present`. */
export function statementWords({ status, version, justification, text }: Statement): string {
  const reason = justification?.replaceAll('_', ' ') ?? text;
  const where = version === null ? '' : `${status === 'fixed' ? ' in' : ','} ${version}`;
  const words = status === 'unknown' ? 'no word yet' : status.replace('_', ' ');
  return clip(`${words}${where}${reason === null || reason === '' ? '' : `: ${reason}`}`);
}

/** `8.8 (CVSS 3, cisa-adp)`, `Important (distribution)`. */
export function severityWords({ kind, score, text, rater }: Severity): string {
  const by = [...(kind === 'text' ? [] : [kind.replace('_V', ' ')]), ...(rater === null ? [] : [rater])].join(', ');
  const rating = score?.toFixed(1) ?? text ?? 'not readable';
  return clip(by === '' ? rating : `${rating} (${by})`);
}

/** CISA's decision points that are known, as one sentence; null when none is. */
export function ssvcWords({ exploitation, automatable, technicalImpact }: Ssvc): string | null {
  const known = [
    ...(exploitation === null ? [] : [exploitationWords[exploitation]]),
    ...(automatable === null ? [] : [automatable ? 'can be automated' : 'cannot be automated']),
    ...(technicalImpact === null ? [] : [`${technicalImpact} control of the software`]),
  ];
  return known.length === 0 ? null : known.join(', ');
}

const exploitationWords = {
  none: 'no exploit known',
  poc: 'a proof of concept is public',
  active: 'exploited now',
} as const;

function spanWords({ lo, loInclusive, hi, hiInclusive }: Range): string {
  if (lo === null && hi === null) return 'every version';
  if (lo !== null && lo === hi) return lo;
  const from = lo === null ? '' : `${loInclusive ? 'from' : 'after'} ${lo}`;
  const to = hi === null ? 'no end given' : `${hiInclusive ? 'up to and with' : 'before'} ${hi}`;
  return `${from} ${to}`.trim();
}
