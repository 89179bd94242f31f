import { digestOf } from './digest-of.ts';

const longest = 300;

/** A product key as it is stored: engines index short texts only, and PostgreSQL takes no NUL. */
export function filedKey(key: string): string {
  const clean = key.includes('\0') ? key.replaceAll('\0', '') : key;
  return clean.length <= longest ? clean : `${clean.slice(0, longest).toWellFormed()}#${digestOf(clean)}`;
}
