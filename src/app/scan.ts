import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../foundation/errors.ts';
import { readInventory } from '../pipeline/catalog/index.ts';
import { inventoryOfFile } from './inventories.ts';
import type { Workspace } from './open-workspace.ts';

/** Takes the packages of a channel from a file. The file's digest stands in for the commit. */
export async function importInventory(
  { context, clock }: Workspace,
  given: { readonly channel: string; readonly file: string; readonly system: string },
): Promise<void> {
  const { channel, file, system } = given;
  if ((await stat(file).catch(() => null))?.isFile() !== true)
    throw new AppError({ code: 'usage.inventory', retryable: false }, `there is no file ${file}`, {
      hint: 'Name a file of JSON lines, as nix-eval-jobs --meta writes them; it may end in .gz.',
    });
  const digest = createHash('sha256');
  await pipeline(createReadStream(file), digest);
  await context.catalog.recordEvaluation({
    channel,
    commitId: digest.digest('hex').slice(0, 40),
    at: clock.now(),
    origin: 'inventory',
    results: readInventory(inventoryOfFile(file), { system }),
    actor: 'operator',
  });
}

export interface ScannedChannel {
  readonly channel: string;
  readonly packages: number;
  readonly failures: number;
  readonly affected: number;
  readonly underInvestigation: number;
  readonly fixed: number;
}

/** What the newest evaluation of each channel holds. */
export async function scanReport(
  { context }: Workspace,
  channels: readonly string[],
): Promise<readonly ScannedChannel[]> {
  return Promise.all(
    channels.map(async (channel) => {
      const evaluation = await context.catalog.latestEvaluation(channel);
      const [packages, failures] =
        evaluation === null
          ? [[], []]
          : await Promise.all([context.catalog.packagesOf(evaluation.id), context.catalog.failuresOf(evaluation.id)]);
      const matches = await context.matches.matchesOf(channel);
      const count = (status: (typeof matches)[number]['status']) =>
        matches.filter((match) => match.status === status).length;
      return {
        channel,
        packages: packages.length,
        failures: new Set(failures.map(({ attr }) => attr)).size,
        affected: count('affected'),
        underInvestigation: count('under_investigation'),
        fixed: count('fixed'),
      };
    }),
  );
}
