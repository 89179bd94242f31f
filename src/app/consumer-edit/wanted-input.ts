import { AppError } from '../../foundation/errors.ts';
import type { FlakeName } from './registry.ts';

/** What `snowguard add` was asked for: a flake of the server, or any flake's URL as it is. */
export type WantedInput =
  | { readonly kind: 'published'; readonly flake: FlakeName; readonly range: string | null }
  | { readonly kind: 'url'; readonly url: string; readonly name: string | null };

export function readWanted(text: string): WantedInput {
  const scheme = /^([a-z][a-z0-9+.-]*):(.*)$/is.exec(text);
  if (scheme !== null) {
    if (/[\s"<>^`{}|\\]|\p{Cc}/u.test(text)) throw unreadable(text);
    const isHosted = scheme[2]?.startsWith('//') === true;
    return {
      kind: 'url',
      url: text,
      name: isHosted ? null : (/^[^/?#]+\/([^/?#]+)/.exec(scheme[2] ?? '')?.[1] ?? null),
    };
  }
  const [organisation = '', flake = '', range, ...rest] = text.replace(/\/+$/, '').split('/');
  if (rest.length > 0 || !isName(organisation) || !isName(flake) || range === '') throw unreadable(text);
  return {
    kind: 'published',
    flake: { organisation, flake },
    range: range === undefined ? null : range.replace(/\.tar\.gz$/, '').replace(/^v(?=\d)/, ''),
  };
}

/** `acme/secure` alone. */
export function readFlakeName(text: string): FlakeName {
  const wanted = readWanted(text);
  if (wanted.kind !== 'published' || wanted.range !== null) throw unreadable(text);
  return wanted.flake;
}

function isName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text);
}

function unreadable(text: string): AppError {
  return new AppError({ code: 'usage.flake', retryable: false }, `${JSON.stringify(text)} is not a flake`, {
    hint: 'Write ORGANISATION/FLAKE or ORGANISATION/FLAKE/RANGE, for example acme/secure/0.2605, or the URL of a flake.',
  });
}
