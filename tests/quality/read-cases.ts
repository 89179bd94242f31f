import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { AffectedProduct, ProductIdentity } from '../../src/pipeline/feeds/index.ts';
import { advisory, affected, cpe, instance, range, record } from '../../src/pipeline/matching/testing.ts';
import type { Unit } from './unit.ts';

const Case = z.strictObject({
  mode: z.string(),
  package: z.strictObject({
    pname: z.string(),
    version: z.string(),
    attr: z.string().optional(),
    source: z.string().optional(),
    patches: z.array(z.string()).default([]),
  }),
  cve: z.string(),
  records: z.array(
    z.strictObject({
      source: z.string(),
      /** `cpe:vendor:product[:target software]`, `product:vendor:product`, `package:ecosystem:name`. */
      identity: z.string(),
      ranges: z.array(z.string()),
      unaffected: z.array(z.string()).default([]),
      versions: z.array(z.string()).default([]),
      platforms: z.array(z.string()).default([]),
      scheme: z.enum(['generic', 'semver', 'pep440', 'go']).default('generic'),
    }),
  ),
  label: z.enum(['affected', 'not_affected']),
  /** Where the label is from. */
  fact: z.string(),
});

/** The small labelled set inside the project: facts typed again from the advisories that each line names. */
export function readCases(): readonly Unit[] {
  const text = readFileSync(new URL('./fixtures/cases.jsonl', import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => unitOf(Case.parse(JSON.parse(line))));
}

function unitOf({ package: carried, cve, records, label, mode }: z.infer<typeof Case>): Unit {
  const { source, patches, ...own } = carried;
  return {
    instance: instance({
      pname: own.pname,
      version: own.version,
      attr: own.attr ?? own.pname,
      sources: source === undefined ? [] : [{ name: '', urls: [source], hash: null, rev: null, tag: null }],
      patches: patches.map((name) => ({ name, urls: [], hash: null, path: null, content: null })),
    }),
    advisory: advisory(
      records.map(({ source: from, identity, ranges, unaffected, ...more }) => {
        const bounds = { ...more, unaffected: unaffected.map(range) } satisfies Partial<AffectedProduct>;
        return record(
          from,
          [affected(identityOf(identity), ranges.length === 0 && more.versions.length === 0 ? [''] : ranges, bounds)],
          { recordId: cve },
        );
      }),
      { id: cve },
    ),
    label,
    mode,
  };
}

function identityOf(text: string): ProductIdentity {
  const [kind, first = '', ...rest] = text.split(':');
  const last = rest.join(':');
  if (kind === 'cpe') return cpe(`${first}:${last}`);
  return kind === 'package'
    ? { kind, ecosystem: first, name: last }
    : { kind: 'product', vendor: first, product: last };
}
