import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { type Instance, readInventory } from '../../src/pipeline/catalog/index.ts';
import { createIdentityData, type IdentityData } from '../../src/pipeline/matching/index.ts';

const inventory = '../shared/data/packages/corepkgs-2026-06-26.jsonl.gz';

/** A real inventory; null when it is not here. */
export async function realInstances(): Promise<readonly Instance[] | null> {
  if (!existsSync(inventory)) return null;
  const lines = createInterface({ input: createReadStream(inventory).pipe(createGunzip()) });
  const real: Instance[] = [];
  for await (const result of readInventory(lines)) if (result.kind === 'instance') real.push(result.instance);
  return real;
}

/**
 * A real inventory over and over under other names, sources and hashes. One name in ten is that of a product of the
 * generated records, the much reported ones among them: then a fifth of all records is about a package, about as many as
 * are about free software. Null when the inventory is not here.
 */
export async function carriedReplica(count: number): Promise<readonly Instance[] | null> {
  const real = await realInstances();
  if (real === null) return null;
  return Array.from({ length: Math.ceil(count / real.length) }, (_, copy) =>
    real.map((instance, index) => renamed(instance, copy * real.length + index)),
  )
    .flat()
    .slice(0, count);
}

function renamed(instance: Instance, number: number): Instance {
  const isReported = number % 10 === 0;
  const pname = isReported ? `product_${number}` : `${instance.pname}-${number}`;
  const other = { ...instance, pname, name: `${pname}-${instance.version}`, cpe: [], purls: [] };
  if (isReported) return { ...other, attr: pname, sources: [] };
  return {
    ...other,
    attr: `${instance.attr}_${number}`,
    sources: instance.sources.map((source) => ({
      ...source,
      hash: source.hash === null ? null : `${source.hash}${number}`,
      urls: source.urls.map((url) => url.replace(/[\w.-]+$/, (file) => `${number}-${file}`)),
    })),
  };
}

/** The dictionary of the generated records: each product has one vendor. */
export function generatedDictionary(): IdentityData {
  return createIdentityData({
    dictionary: Array.from({ length: 120_000 }, (_, number) => ({
      vendor: `vendor_${number % 20_000}`,
      product: `product_${number}`,
    })),
  });
}
