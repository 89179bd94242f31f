import { z } from 'zod';
import type { Endpoint } from './endpoint.ts';
import { problemSchema } from './schemas.ts';

/** The OpenAPI 3.1 document of these endpoints, from the schemas that type them. */
export function openApiOf(
  endpoints: readonly Endpoint[],
  given: { readonly publicUrl: string; readonly version: string },
): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) {
    const operations = paths[endpoint.path] ?? {};
    paths[endpoint.path] = operations;
    operations[endpoint.method] = {
      operationId: endpoint.id,
      summary: endpoint.summary,
      parameters: [...pathParameters(endpoint.path), ...queryParameters(endpoint.query)],
      ...(endpoint.maxBodyBytes > 0
        ? {
            requestBody: {
              required: true,
              content: Object.fromEntries(
                endpoint.bodyTypes.map((type) => [type, { schema: bodySchema(type, endpoint.maxBodyBytes) }]),
              ),
            },
          }
        : {}),
      responses: {
        [endpoint.status]: {
          description: 'The answer',
          content: { 'application/json': { schema: inline(endpoint.response, 'output') } },
        },
        default: {
          description: 'A problem, RFC 9457',
          content: { 'application/problem+json': { schema: inline(problemSchema, 'output') } },
        },
      },
    };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Snowguard',
      version: given.version,
      description: 'What a secure package set carries, what is wrong with it, and what to do.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: given.publicUrl }],
    paths,
    components: { schemas: componentsOf(endpoints) },
  };
}

function bodySchema(type: string, maxBytes: number): unknown {
  return { type: type === 'application/json' ? 'object' : 'string', description: `At most ${maxBytes} bytes` };
}

const dialect = { target: 'draft-2020-12', reused: 'inline' } as const;

/** Named schemas once, under `#/components/schemas`. */
function componentsOf(endpoints: readonly Endpoint[]): Record<string, unknown> {
  const components: Record<string, unknown> = {};
  for (const schema of [...endpoints.map(({ response }) => response), problemSchema]) {
    const { $defs = {}, ...whole } = z.toJSONSchema(schema, { ...dialect, io: 'output' });
    for (const [name, definition] of Object.entries($defs)) components[name] = withoutMeta(definition);
    const name = schema.meta()?.id;
    if (name !== undefined) components[name] = withoutMeta(whole);
  }
  return rewritten(components) as Record<string, unknown>;
}

function inline(schema: z.ZodType, io: 'input' | 'output'): unknown {
  const name = schema.meta()?.id;
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
  const { $defs: _, ...whole } = z.toJSONSchema(schema, { ...dialect, io });
  return rewritten(withoutMeta(whole));
}

function withoutMeta(schema: unknown): unknown {
  const { $schema: _, id: __, ...rest } = schema as Record<string, unknown>;
  return rest;
}

function rewritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewritten);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' && typeof member === 'string'
        ? member.replace('#/$defs/', '#/components/schemas/')
        : rewritten(member),
    ]),
  );
}

function pathParameters(path: string): readonly unknown[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodObject): readonly unknown[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { ...dialect, io: 'input' });
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}
