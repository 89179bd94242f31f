import type { z } from 'zod';
import type { Person, Principal } from '../../accounts/index.ts';
import type { Problem } from '../problem.ts';

type Method = 'get' | 'post' | 'put' | 'delete';

/** Who asks. */
interface Asker {
  /** Null for strangers. */
  readonly principal: Principal | null;
  /** Who acts, by their token; null for strangers, robots and tokens that only read. */
  readonly person: Person | null;
}

/** One address of the API: the OpenAPI document and the route are both made from it. */
export interface Endpoint {
  readonly method: Method;
  /** OpenAPI form: `/api/v1/packages/{attr}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  readonly response: z.ZodType;
  /** Of a good answer. */
  readonly status: 200 | 201;
  /** For who asks alone: nothing on the way keeps it. */
  readonly isPersonal: boolean;
  /** Largest body in bytes; 0 where none is taken. */
  readonly maxBodyBytes: number;
  readonly bodyTypes: readonly string[];
  readonly handle: (
    input: Asker & {
      readonly params: Readonly<Record<string, string>>;
      readonly query: unknown;
      readonly body: string;
    },
  ) => Promise<EndpointOutcome>;
}

export type EndpointOutcome =
  | { readonly kind: 'ok'; readonly body: unknown }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Ties the types of query and response to the handler, then forgets them. */
export function endpoint<Query extends z.ZodObject, Response extends z.ZodType>(given: {
  readonly method?: Method;
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly query: Query;
  readonly response: Response;
  readonly status?: 200 | 201;
  readonly isPersonal?: boolean;
  readonly maxBodyBytes?: number;
  readonly bodyTypes?: readonly string[];
  readonly handle: (
    input: Asker & {
      readonly params: Readonly<Record<string, string>>;
      readonly query: z.output<Query>;
      readonly body: string;
    },
  ) => Promise<z.input<Response> | { readonly problem: Problem }>;
}): Endpoint {
  return {
    method: given.method ?? 'get',
    path: given.path,
    id: given.id,
    summary: given.summary,
    query: given.query,
    response: given.response,
    status: given.status ?? 200,
    isPersonal: given.isPersonal ?? false,
    maxBodyBytes: given.maxBodyBytes ?? 0,
    bodyTypes: given.bodyTypes ?? ['application/json'],
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
