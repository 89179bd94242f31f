import { AppError } from '../../foundation/errors.ts';

/**
 * Reading foreign JSON member by member. Absent and null are the same; a wrong type throws `json.shape` with the place.
 * Written by hand because a schema library costs several times the parsing itself on hundreds of thousands of records.
 */
export const jsonErrors = {
  shape: { code: 'json.shape', retryable: false },
  malformed: { code: 'json.malformed', retryable: false },
  tooDeep: { code: 'json.too-deep', retryable: false },
} as const;

export type JsonObject = { readonly [key: string]: unknown };

const empty: JsonObject = {};
const none: readonly unknown[] = [];

/** An object; an empty one when absent. */
export function objectAt(value: unknown, place: string): JsonObject {
  if (value === undefined || value === null) return empty;
  if (typeof value !== 'object' || Array.isArray(value)) throw wrongShape(place, 'an object');
  return value as JsonObject;
}

/** A list; an empty one when absent. */
export function listAt(value: unknown, place: string): readonly unknown[] {
  if (value === undefined || value === null) return none;
  if (!Array.isArray(value)) throw wrongShape(place, 'a list');
  return value;
}

export function textAt(value: unknown, place: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw wrongShape(place, 'text');
  return value;
}

export function textsAt(value: unknown, place: string): readonly string[] {
  const list = listAt(value, place);
  for (const item of list) if (typeof item !== 'string') throw wrongShape(place, 'a list of text');
  return list as readonly string[];
}

/** Text that must be there and match. */
export function idAt(value: unknown, place: string, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw wrongShape(place, 'a valid id');
  return value;
}

export function wrongShape(place: string, expected: string): AppError {
  return new AppError(jsonErrors.shape, `${place} is not ${expected}`);
}
