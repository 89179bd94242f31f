import { createHash } from 'node:crypto';
import { canonicalJson } from '../../foundation/json.ts';
import type { Evaluated, Instance } from './model.ts';

/** An instance cut into what evaluations share and what changes with every rebuild. */
export interface InstanceRows {
  readonly instance: {
    readonly digest: string;
    readonly attr: string;
    readonly system: string;
    readonly pname: string;
    readonly version: string;
    readonly body: string;
  };
  readonly derivation: { readonly digest: string; readonly drv_path: string | null; readonly outputs: string };
}

export function rowsOf(instance: Instance): InstanceRows {
  const { attr, system, pname, version, drvPath, outputs, ...rest } = instance;
  const body = canonicalJson(rest);
  const outputText = canonicalJson(outputs);
  return {
    instance: { digest: digestOf([attr, system, pname, version, body]), attr, system, pname, version, body },
    derivation: { digest: digestOf([drvPath, outputText]), drv_path: drvPath, outputs: outputText },
  };
}

type Row = Omit<InstanceRows['instance'], 'digest'> & Omit<InstanceRows['derivation'], 'digest'>;

export function instanceOfRow(row: Row): Instance {
  const rest = JSON.parse(row.body) as Omit<Instance, 'attr' | 'system' | 'pname' | 'version' | 'drvPath' | 'outputs'>;
  return {
    ...rest,
    attr: row.attr,
    system: row.system,
    pname: row.pname,
    version: row.version,
    drvPath: row.drv_path,
    outputs: JSON.parse(row.outputs) as Instance['outputs'],
  };
}

/** One answer for each attribute and system, the first given; in the order of attribute and system. */
export function distinct(results: readonly Evaluated[]): readonly Evaluated[] {
  const byPair = new Map<string, Evaluated>();
  for (const result of results) {
    const { attr, system } = result.kind === 'instance' ? result.instance : result;
    const key = `${attr}\0${system}`;
    if (!byPair.has(key)) byPair.set(key, result);
  }
  return [...byPair].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, result]) => result);
}

export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
