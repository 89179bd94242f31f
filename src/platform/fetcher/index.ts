import type { Readable } from 'node:stream';

export interface FetchRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Validators of the last answer; sent as `If-None-Match` and `If-Modified-Since`. */
  readonly validators?: { readonly etag?: string; readonly lastModified?: string };
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export type FetchOutcome =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'content';
      readonly body: Readable;
      readonly validators: { readonly etag?: string; readonly lastModified?: string };
      readonly contentType: string;
      /** The page after this one, where the server names one at its own origin (`Link: <…>; rel="next"`). */
      readonly next?: string;
    }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly retryAfterMs: number | null;
      readonly message: string;
    };

/** Outgoing HTTP with bounds on size and time; follows at most 5 redirects, http and https only. */
export interface Fetcher {
  readonly fetch: (request: FetchRequest) => Promise<FetchOutcome>;
}

export interface PostRequest {
  readonly url: string;
  readonly method?: 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal?: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  readonly retryAfterMs: number | null;
  /** At most 64 KiB of it, as text. */
  readonly body: string;
}

/**
 * Outgoing messages: one request, one answer whatever its status, within 20 s. A redirect is an answer and is not followed:
 * what is sent goes to the address that was set, and only to a public one or an allowed host.
 */
export interface Poster {
  readonly post: (request: PostRequest) => Promise<PostAnswer>;
}
