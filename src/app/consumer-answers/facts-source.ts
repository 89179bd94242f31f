import path from 'node:path';
import type { Clock } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { factsPath } from '../../http/addresses.ts';
import { cveSchema } from '../../http/api/schemas.ts';
import { type FactAdvisory, SetFacts } from '../../pipeline/consumers/index.ts';
import { silentProgress } from '../../platform/log/index.ts';
import { createLog } from '../../platform/log/pino.ts';
import { openWorkspace, type Workspace } from '../open-workspace.ts';
import { factAdvisory, setFacts } from '../reads/set-facts.ts';
import { readPublicKey } from '../signing-keys.ts';
import { askServer, tokenFor, unanswered } from './ask-server.ts';
import { readDataFile } from './data-file.ts';

const sourceErrors = {
  key: { code: 'usage.data-key', retryable: false },
} as const;

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
  return server === undefined ? null : fromServer(server, question);
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

async function fromServer(server: string, { signal, environment }: FactsQuestion): Promise<FactsSource> {
  const origin = server.replace(/\/+$/, '');
  const token = await tokenFor(origin, environment);
  const facts = SetFacts.safeParse(await askServer({ server: origin, path: factsPath, token, signal }));
  if (!facts.success) throw unanswered(origin, factsPath, new Error('that is no answer of a Snowguard'));
  return {
    name: origin,
    facts: facts.data,
    advisory: async (id) => {
      const known = advisoryIn(facts.data, id);
      if (known !== null) return known;
      const path = `/api/v1/cve/${encodeURIComponent(id)}`;
      const answer = cveSchema.safeParse(await askServer({ server: origin, path, token, signal }));
      if (!answer.success) throw unanswered(origin, path, new Error('that is no answer of a Snowguard'));
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
