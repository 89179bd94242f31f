import { z } from 'zod';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { pages } from '../../http/api/schemas.ts';
import { tokenFor } from '../consumer-answers/ask-server.ts';

const registryErrors = {
  unanswered: { code: 'registry.unanswered', retryable: true },
  refused: { code: 'registry.refused', retryable: false },
} as const;

const timeoutMs = 30_000;
const maxBytes = 32 * 1024 * 1024;

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/);

/** What this side reads of a release as the flake API states it. */
const flakeRelease = z.object({
  org: name,
  project: name,
  version: z.string().max(256),
  simplified_version: z.string().max(256),
  revision: z.string().max(64),
  published_at: z.string().max(40),
  yanked_at: z.string().max(40).nullish(),
  source_github_owner_repo_pair: z
    .string()
    .regex(/^[\w.-]{1,100}\/[\w.-]{1,100}$/)
    .nullish(),
  source_subdirectory: z.string().max(400).nullish(),
});
export type FlakeRelease = Readonly<z.infer<typeof flakeRelease>>;

const listedFlake = z.object({
  org: name,
  project: name,
  simplified_version: z.string().max(256),
  published_at: z.string().max(40),
  releases: z.int().min(1),
});

export interface FlakeName {
  readonly organisation: string;
  readonly flake: string;
}

/** Which server is asked, and where the token for it may be kept. */
export interface RegistryQuestion {
  readonly server: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Asks one Snowguard server what it publishes, as whoever signed in there. */
export interface Registry {
  readonly server: string;
  /** Without a token private flakes do not exist. */
  readonly isSignedIn: boolean;
  /** The newest release in a range, of all when there is none; or the server's words that there is none. */
  readonly find: (
    flake: FlakeName,
    range: string | null,
  ) => Promise<
    { readonly kind: 'release'; readonly release: FlakeRelease } | { readonly kind: 'none'; readonly reason: string }
  >;
  readonly releasesOf: (flake: FlakeName) => Promise<readonly FlakeRelease[]>;
  /** Every flake that can be locked, by name, with its newest release and how many there are. */
  readonly flakes: () => Promise<readonly Readonly<z.infer<typeof listedFlake>>[]>;
  readonly packages: (words: string, limit: number) => Promise<z.infer<typeof pages.packages>>;
}

export async function openRegistry({ server, environment }: RegistryQuestion): Promise<Registry> {
  const token = await tokenFor(server, environment);
  const ask = (place: string) => get(server, place, token);
  return {
    server,
    isSignedIn: token !== null,
    find: async ({ organisation, flake }, range) => {
      const flakePath = `${encodeURIComponent(organisation)}/${encodeURIComponent(flake)}`;
      const place = range === null ? `/f/${flakePath}` : `/version/${flakePath}/${encodeURIComponent(range)}`;
      const answer = await ask(place);
      if (answer.status === 404 || answer.status === 400)
        return { kind: 'none', reason: answer.text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 300) };
      return { kind: 'release', release: read(flakeRelease, server, place, answer) };
    },
    releasesOf: async ({ organisation, flake }) => {
      const place = `/f/${encodeURIComponent(organisation)}/${encodeURIComponent(flake)}/releases`;
      return read(z.array(flakeRelease), server, place, await ask(place));
    },
    flakes: async () => read(z.array(listedFlake), server, '/flakes', await ask('/flakes')),
    packages: async (words, limit) => {
      const place = `/api/v1/packages?${new URLSearchParams({ q: words, limit: String(limit) })}`;
      return read(pages.packages, server, place, await ask(place));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

// Whoever runs this chose the server, on a private network or not.
async function get(server: string, place: string, token: string | null): Promise<Answer> {
  try {
    const answer = await fetch(`${server}${place}`, {
      headers: { Accept: 'application/json', ...(token === null ? {} : { Authorization: `Bearer ${token}` }) },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > maxBytes) throw new Error(`it sends more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    if (answer.status === 401)
      throw new AppError(registryErrors.refused, `${server} does not take the token that is kept for it`, {
        hint: `It has expired or was revoked. Sign in again: snowguard login ${server}`,
      });
    return { status: answer.status, text: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    throw error instanceof AppError ? error : failure(server, place, error);
  }
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  server: string,
  place: string,
  answer: Answer,
): z.infer<Schema> {
  try {
    if (answer.status !== 200) throw new Error(`it answered with status ${answer.status}`);
    return schema.parse(JSON.parse(answer.text));
  } catch (error) {
    throw failure(server, place, error instanceof z.ZodError ? new Error('that is no answer of a Snowguard') : error);
  }
}

function failure(server: string, place: string, error: unknown): AppError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return new AppError(registryErrors.unanswered, `${server}${place} could not answer: ${messageOf(cause)}`, {
    cause: error,
    hint: 'Is that server up, and is it a Snowguard? Name another with --server URL.',
  });
}
