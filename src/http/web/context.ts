import type { Context } from 'hono';
import type { Child } from 'hono/jsx';
import type { EpochMs } from '../../foundation/clock.ts';
import type { Section } from './layout.tsx';

/** What every page knows beside its own reads. */
export interface PageContext {
  readonly now: EpochMs;
  readonly publicUrl: string;
  readonly organisation: string;
  readonly flake: string;
  /** `acme/secure`. */
  readonly name: string;
}

/** Answers with a whole page of a section. */
export type ShowPage = (
  c: Context,
  section: Section,
  title: string,
  children: Child,
  status?: 200 | 400 | 403 | 404 | 410 | 422 | 429 | 503,
) => Promise<Response>;
