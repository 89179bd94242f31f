import { digestOf } from './digest-of.ts';

const longest = 300;

/** A text as engines can index it: short (a longer one is cut and has its digest behind) and, for PostgreSQL, without NUL. */
export function filedText(text: string): string {
  const clean = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return clean.length <= longest ? clean : `${clean.slice(0, longest).toWellFormed()}#${digestOf(clean)}`;
}
