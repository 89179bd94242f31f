import type { Transaction } from 'kysely';
import { inParts } from '../../foundation/in-parts.ts';
import { type Database, insertRows } from '../../platform/database/index.ts';
import { filedText } from './filed-text.ts';
import type { FeedRecord, ProductIdentity } from './model.ts';
import type { RecordWrite } from './plan-batch.ts';
import { fixedElsewhere, packageOfStatement, productKey } from './product-key.ts';
import { encodeIdentity } from './record-codec.ts';
import type { FeedsTables } from './tables.ts';

/** Notes which products the records name while they are active. `products` remembers the ids of names. */
export async function replaceAffected(
  trx: Transaction<FeedsTables>,
  {
    dialect,
    products,
    writes,
  }: {
    readonly dialect: Database<never>['dialect'];
    readonly products: Map<string, number>;
    readonly writes: readonly (Pick<RecordWrite, 'record' | 'stored'> & { readonly key: number })[];
  },
): Promise<void> {
  for (const part of inParts(writes.flatMap(({ stored }) => stored?.id ?? [])))
    await trx.deleteFrom('feed_affected').where('record_id', 'in', part).execute();
  const unknown = new Map<string, ProductIdentity>();
  const named = writes.flatMap(({ key, record }) => {
    if (record.state !== 'active') return [];
    const names = new Set<string>();
    for (const identity of identitiesOf(record)) {
      const name = JSON.stringify(encodeIdentity(identity));
      names.add(name);
      if (!products.has(name)) unknown.set(name, identity);
    }
    return [{ key, names }];
  });
  await learnProducts(trx, products, unknown);
  const rows = named.flatMap(({ key, names }) =>
    [...names].flatMap((name) => {
      const id = products.get(name);
      return id === undefined ? [] : [[id, key] as const];
    }),
  );
  await insertRows(trx, { dialect, table: 'feed_affected', columns: ['product_id', 'record_id'], rows });
}

/** What it says is affected, and what a distribution says it fixed: others may carry the same. */
export function identitiesOf({
  affected,
  statements,
}: Pick<FeedRecord, 'affected' | 'statements'>): readonly ProductIdentity[] {
  const fixed = statements.flatMap(({ product, status, version }) =>
    status === 'fixed' && version !== null ? [packageOfStatement(product)] : [],
  );
  return [
    ...affected.map(({ identity }) => identity),
    ...[...new Set(fixed)].map((name): ProductIdentity => ({ kind: 'package', ecosystem: fixedElsewhere, name })),
  ];
}

async function learnProducts(
  trx: Transaction<FeedsTables>,
  products: Map<string, number>,
  unknown: ReadonlyMap<string, ProductIdentity>,
): Promise<void> {
  const rows = [...unknown].map(([text, identity]) => {
    const name = filedText(text);
    return { text, row: { name, identity: name === text ? null : text, key: filedText(productKey(identity)) } };
  });
  const textOf = new Map(rows.map(({ text, row }) => [row.name, text]));
  const learn = ({ id, name }: { readonly id: number; readonly name: string }) => {
    const text = textOf.get(name);
    if (text !== undefined) products.set(text, id);
  };
  for (const part of inParts([...textOf.keys()])) {
    const stored = await trx.selectFrom('feed_product').select(['id', 'name']).where('name', 'in', part).execute();
    stored.forEach(learn);
  }
  for (const part of inParts(rows.filter(({ text }) => !products.has(text)).map(({ row }) => row))) {
    const stored = await trx.insertInto('feed_product').values(part).returning(['id', 'name']).execute();
    stored.forEach(learn);
  }
}
