import { createHash } from 'node:crypto';
import { canonicalJson } from '../../foundation/json.ts';

/** LC-01: what the second person signs. Asked by another, at another time or in other words, it is another. */
export function contentOfRequest(request: object): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}
