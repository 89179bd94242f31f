import { hash } from 'node:crypto';

/** SHA-256, base64url. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'base64url');
}
