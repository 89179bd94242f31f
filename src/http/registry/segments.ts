import { decodedOrNull } from '../../foundation/decoded.ts';
import { problems } from '../problem.ts';

/**
 * The percent-decoded segments of a URL's path, each decoded once and `+` left alone; null when one does not decode or
 * holds a control character.
 */
export function pathSegments(url: string): readonly string[] | null {
  const segments: string[] = [];
  for (const raw of new URL(url).pathname.slice(1).split('/')) {
    const decoded = decodedOrNull(raw);
    if (decoded === null || /\p{Cc}/u.test(decoded)) return null;
    segments.push(decoded);
  }
  return segments;
}

export const misencoded = problems.badRequest('this address is not properly percent-encoded');

/** A range as a URL holds it, where exactly one `.tar.gz` may stand behind. */
export function rangeOf(segment: string): string {
  return segment.replace(/\.tar\.gz$/, '');
}
