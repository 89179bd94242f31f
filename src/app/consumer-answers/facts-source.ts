import path from 'node:path';
import type { Clock } from '../../foundation/clock.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { factsPath } from '../../http/addresses.ts';
import { cveSchema } from '../../http/api/schemas.ts';
import { type FactAdvisory, SetFacts } from '../../pipeline/consumers/index.ts';
import { silentProgress } from '../../platform/log/index.ts';
import { createLog } from '../../platform/log/pino.ts';
import { openWorkspace, type Workspace } from '../open-workspace.ts';
import { factAdvisory, setFacts } from '../reads/set-facts.ts';
import { readPublicKey } from '../signing-keys.ts';
import { readDataFile } from './data-file.ts';

const sourceErrors = {
  unanswered: { code: 'check.unanswered', retryable: true },
  key: { code: 'usage.data-key', retryable: false },
} as const;

const maxBytes = 256 * 1024 * 1024;
const timeoutMs = 60_000;

/** Who is asked: a signed file, a workspace on this machine, or a server. */
export interface FactsQuestion {
  readonly cwd: string;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly data: string | undefined;
  readonly keys: readonly string[];
  readonly workspace: string | undefined;
  readonly server: string | undefined;
}

export interface FactsSource {
  /** The file, the folder or the address. */
  readonly name: string;
  readonly facts: SetFacts;
  /** What is known of one vulnerability by any of its ids; null when no feed has it. */
  readonly advisory: (id: string) => Promise<FactAdvisory | null>;
}

/** Null when nothing was named to be asked. */
export async function factsSource(question: FactsQuestion): Promise<FactsSource | null> {
  const { data, workspace, server, cwd } = question;
  if (data !== undefined) return fromFile(path.resolve(cwd, data), question);
  if (workspace !== undefined) return fromWorkspace(path.resolve(cwd, workspace), question);
  return server === undefined ? null : fromServer(server, question.signal);
}

async function fromFile(file: string, { cwd, keys }: FactsQuestion): Promise<FactsSource> {
  if (keys.length === 0)
    throw new AppError(sourceErrors.key, 'a data file is only as good as its signature', {
      hint: 'Name the public key of the Snowguard that wrote it: --key keys/feeds.pub.pem',
    });
  const facts = await readDataFile(file, await Promise.all(keys.map((key) => readPublicKey(path.resolve(cwd, key)))));
  return { name: file, facts, advisory: async (id) => advisoryIn(facts, id) };
}

async function fromWorkspace(folder: string, question: FactsQuestion): Promise<FactsSource> {
  const inWorkspace = async <Result>(work: (workspace: Workspace) => Promise<Result>) => {
    const { clock, environment } = question;
    const log = createLog({ level: 'error', pretty: true });
    const workspace = await openWorkspace({ folder, clock, environment, progress: silentProgress, log });
    try {
      return await work(workspace);
    } finally {
      await workspace.close();
    }
  };
  const facts = await inWorkspace(({ context, configuration }) =>
    setFacts(context, { server: configuration.public_url, everyAdvisory: false }),
  );
  return {
    name: folder,
    facts,
    advisory: async (id) =>
      advisoryIn(facts, id) ??
      (await inWorkspace(async ({ context }) => {
        const advisory = await context.advisories.byId(id);
        return advisory === null ? null : factAdvisory(advisory);
      })),
  };
}

async function fromServer(server: string, signal: AbortSignal): Promise<FactsSource> {
  const origin = server.replace(/\/+$/, '');
  const facts = SetFacts.safeParse(await getJson(`${origin}${factsPath}`, signal));
  if (!facts.success) throw unanswered(`${origin}${factsPath}`, new Error('that is no answer of a Snowguard'));
  return {
    name: origin,
    facts: facts.data,
    advisory: async (id) => {
      const known = advisoryIn(facts.data, id);
      if (known !== null) return known;
      const url = `${origin}/api/v1/cve/${encodeURIComponent(id)}`;
      const answer = cveSchema.safeParse(await getJson(url, signal));
      if (!answer.success) throw unanswered(url, new Error('that is no answer of a Snowguard'));
      const { advisory } = answer.data;
      if (advisory === null) return null;
      const { id: own, aliases, title, band, knownExploitedSince, products } = advisory;
      return { id: own, aliases, title, band, knownExploited: knownExploitedSince !== null, products };
    },
  };
}

function advisoryIn({ advisories }: SetFacts, id: string): FactAdvisory | null {
  return advisories.find((advisory) => advisory.id === id || advisory.aliases.includes(id)) ?? null;
}

// The person who runs this chose the server, or the lock's author did: it is where Nix itself fetches from.
async function getJson(url: string, signal: AbortSignal): Promise<unknown> {
  try {
    const answer = await fetch(url, {
      headers: { Accept: 'application/json' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (!answer.ok) throw new Error(`it answered with status ${answer.status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > maxBytes) throw new Error(`it sends more than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch (error) {
    throw unanswered(url, error);
  }
}

function unanswered(url: string, error: unknown): AppError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return new AppError(sourceErrors.unanswered, `${url} could not answer: ${messageOf(cause)}`, {
    cause: error,
    hint: 'Is that server up, and is it a Snowguard? Or ask a workspace with --workspace DIR, or a signed file with --data FILE.',
  });
}
