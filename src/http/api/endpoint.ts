import type { z } from 'zod';
import type { Person } from '../../accounts/index.ts';
import type { Problem } from '../problem.ts';

/** One address of the API: the OpenAPI document and the route are both made from it. */
export interface Endpoint {
  readonly method: 'get' | 'post';
  /** OpenAPI form: `/api/v1/packages/{attr}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  readonly response: z.ZodType;
  /** Largest body in bytes; 0 where none is taken. */
  readonly maxBodyBytes: number;
  readonly handle: (input: {
    readonly params: Readonly<Record<string, string>>;
    readonly query: unknown;
    readonly body: string;
    /** Who acts, by their token; null for strangers and tokens that only read. */
    readonly person: Person | null;
  }) => Promise<EndpointOutcome>;
}

export type EndpointOutcome =
  | { readonly kind: 'ok'; readonly body: unknown }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Ties the types of query and response to the handler, then forgets them. */
export function endpoint<Query extends z.ZodObject, Response extends z.ZodType>(given: {
  readonly method?: 'get' | 'post';
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly query: Query;
  readonly response: Response;
  readonly maxBodyBytes?: number;
  readonly handle: (input: {
    readonly params: Readonly<Record<string, string>>;
    readonly query: z.output<Query>;
    readonly body: string;
    readonly person: Person | null;
  }) => Promise<z.input<Response> | { readonly problem: Problem }>;
}): Endpoint {
  return {
    method: given.method ?? 'get',
    path: given.path,
    id: given.id,
    summary: given.summary,
    query: given.query,
    response: given.response,
    maxBodyBytes: given.maxBodyBytes ?? 0,
    handle: async ({ query, ...input }) => {
      const result = await given.handle({ ...input, query: query as z.output<Query> });
      if (isProblem(result)) return { kind: 'problem', problem: result.problem };
      return { kind: 'ok', body: result };
    },
  };
}

function isProblem(result: unknown): result is { readonly problem: Problem } {
  return typeof result === 'object' && result !== null && 'problem' in result;
}
