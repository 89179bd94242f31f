import type { Transaction } from 'kysely';
import type { Visibility } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import type { FlakeWords, Place } from '../model.ts';
import { keyOf, wordsOfRow } from '../rows.ts';
import type { ReleasesTables } from '../tables.ts';

/** Of a flake that nobody has said anything of. */
export const silentWords: FlakeWords = { visibility: 'public', description: null, labels: [] };

export async function wordsOf(
  trx: Transaction<ReleasesTables>,
  { organisation, flake }: Place,
): Promise<FlakeWords | null> {
  const row = await trx
    .selectFrom('registry_flake')
    .selectAll()
    .where('organisation_key', '=', keyOf(organisation))
    .where('flake_key', '=', keyOf(flake))
    .executeTakeFirst();
  if (row === undefined) return null;
  const { visibility, description, labels } = wordsOfRow(row);
  return { visibility, description, labels };
}

/** The spelling of the name that was written first stays. */
export async function writeWords(
  trx: Transaction<ReleasesTables>,
  { organisation, flake, visibility, description, labels, at }: Place & FlakeWords & { readonly at: EpochMs },
): Promise<void> {
  const said = { visibility, description, labels: JSON.stringify(labels), changed_at: at };
  await trx
    .insertInto('registry_flake')
    .values({ organisation, flake, organisation_key: keyOf(organisation), flake_key: keyOf(flake), ...said })
    .onConflict((conflict) => conflict.columns(['organisation_key', 'flake_key']).doUpdateSet(said))
    .execute();
}

/** What an event says of who may hear of it. */
export async function visibilityOf(trx: Transaction<ReleasesTables>, place: Place): Promise<Visibility> {
  return ((await wordsOf(trx, place)) ?? silentWords).visibility;
}
