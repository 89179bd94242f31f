import { type Band, bands, type FindingState } from '../../pipeline/findings/index.ts';

/** What a published feed is about. */
export type FeedSubject =
  | { readonly kind: 'all' }
  | { readonly kind: 'releases'; readonly channel: string | null }
  | { readonly kind: 'advisories' }
  | { readonly kind: 'channel'; readonly channel: string }
  | { readonly kind: 'package'; readonly attr: string }
  | { readonly kind: 'cve'; readonly id: string }
  /** This severity and worse; not rated counts as high. */
  | { readonly kind: 'severity'; readonly band: Band }
  | { readonly kind: 'state'; readonly state: FeedState };

/** `act-now`: a release has the fix, and who has an older one must move. `breached`: open beyond the promised time. */
export const feedStates = ['open', 'under_investigation', 'fixed', 'not_affected', 'act-now', 'breached'] as const;
export type FeedState = (typeof feedStates)[number] & (FindingState | 'act-now' | 'breached');

const maxName = 500;

/** `package/openssl` of `/feeds/package/openssl.atom`, its parts decoded; null for an address that names no feed. */
export function subjectOf(parts: readonly string[]): FeedSubject | null {
  const [kind = '', name = '', ...more] = parts;
  if (more.length > 0 || name.length > maxName) return null;
  switch (kind) {
    case 'all':
    case 'advisories':
      return name === '' ? { kind } : null;
    case 'releases':
      return { kind, channel: name === '' ? null : name };
    case 'channel':
      return name === '' ? null : { kind, channel: name };
    case 'package':
      return name === '' ? null : { kind, attr: name };
    case 'cve':
      return name === '' ? null : { kind, id: name };
    case 'severity': {
      const band = bands.find((known) => known === name);
      return band === undefined ? null : { kind, band };
    }
    case 'state': {
      const state = feedStates.find((known) => known === name);
      return state === undefined ? null : { kind, state };
    }
    default:
      return null;
  }
}

/** Its address without the format, and what it is called. */
export function placeOf(subject: FeedSubject): { readonly path: string; readonly title: string } {
  const named = (kind: string, name: string, title: string) => ({
    path: `/feeds/${kind}/${encodeURIComponent(name)}`,
    title,
  });
  switch (subject.kind) {
    case 'all':
      return { path: '/feeds/all', title: 'everything' };
    case 'advisories':
      return { path: '/feeds/advisories', title: 'advisories' };
    case 'releases':
      return subject.channel === null
        ? { path: '/feeds/releases', title: 'releases' }
        : named('releases', subject.channel, `releases of ${subject.channel}`);
    case 'channel':
      return named('channel', subject.channel, `advisories in ${subject.channel}`);
    case 'package':
      return named('package', subject.attr, `advisories in ${subject.attr}`);
    case 'cve':
      return named('cve', subject.id, subject.id);
    case 'severity':
      return named('severity', subject.band, `${subject.band}${subject.band === 'critical' ? '' : ' and worse'}`);
    case 'state':
      return named('state', subject.state, subject.state.replace(/[_-]/, ' '));
  }
}
