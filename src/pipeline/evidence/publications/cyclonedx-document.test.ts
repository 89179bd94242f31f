import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Schema, schemaFaults } from '../../../../tests/support/json-schema.ts';
import { readCycloneDx } from '../../../formats/cyclonedx/read-components.ts';
import { verdictReasons, verdictTypes } from '../../findings/index.ts';
import { cycloneDxDocument } from './cyclonedx-document.ts';
import type { PublishedLine } from './model.ts';
import { clearLine, fixedLine, line, published, publisher, release } from './testing.ts';

const of = (own: PublishedLine) => cycloneDxDocument(own.channel, [published({ lines: [own] })], publisher);
const affected = 'pkg:nix/xz@5.6.1?channel=rolling';

test.each([
  [line({ says: { kind: 'under_investigation' } }), { state: 'in_triage' }],
  [line(), { state: 'exploitable', detail: 'A fix is due by 2027-03-09T10:00:00Z.' }],
  [
    line({ says: { kind: 'affected', remedy: 'released', action: 'a' }, release }),
    { state: 'exploitable', response: ['update'], detail: 'a' },
  ],
  [
    line({ says: { kind: 'affected', remedy: 'not_planned', action: 'a' } }),
    { state: 'exploitable', response: ['will_not_fix'], detail: 'a' },
  ],
  [fixedLine(), { state: 'resolved', response: ['update'] }],
  [fixedLine({ fixedVersion: '5.6.1' }), { state: 'resolved_with_pedigree', response: ['update'] }],
  [clearLine(), { state: 'not_affected', justification: 'requires_configuration', detail: 'Built without it.' }],
])('what is said of a line: %#', (given, analysis) => {
  expect(of(given).vulnerabilities.map((one) => one.analysis)).toEqual([analysis]);
});

test('a patch stands in the pedigree of what holds it', () => {
  const { components, vulnerabilities } = of(fixedLine({ fixedVersion: '5.6.1', fixKind: 'backport' }));
  expect(components).toMatchObject([
    {
      'bom-ref': affected,
      version: '5.6.1',
      pedigree: { patches: [{ type: 'backport', resolves: [{ type: 'security', id: 'CVE-2024-3094' }] }] },
    },
  ]);
  expect(vulnerabilities[0]?.affects).toEqual([
    { ref: affected, versions: [{ version: '5.6.1', status: 'unaffected' }] },
  ]);
});

test('nothing of what was withdrawn, of other channels, or that nobody says', () => {
  const silent = line({ says: { kind: 'silent' } });
  expect(of(silent).vulnerabilities).toEqual([]);
  expect(cycloneDxDocument('26.11', [published()], publisher).components).toEqual([]);
  expect(cycloneDxDocument('rolling', [published({ withdrawn: { at: 5, by: null } })], publisher).components).toEqual(
    [],
  );
});

test('the same is the same document, anything else is another', () => {
  expect(of(line())).toEqual(of(line()));
  expect(of(line()).serialNumber).not.toBe(of(fixedLine()).serialNumber);
});

const any = fc.constantFrom<PublishedLine>(
  line(),
  line({ version: '' }),
  fixedLine(),
  fixedLine({ fixedVersion: '5.6.1' }),
  line({ says: { kind: 'fixed', reason: 'patched-same-version', statement: 's' } }),
  ...verdictReasons.flatMap((reason) => {
    const { justification } = verdictTypes[reason];
    const says = { kind: 'not_affected', reason, statement: 's', evidence: 'https://e.example/' } as const;
    return justification === null ? [] : [clearLine({ channel: 'rolling', says: { ...says, justification } })];
  }),
);

test('our own reader finds the components', () => {
  fc.assert(
    fc.property(fc.array(any, { maxLength: 3 }), (lines) => {
      const advisories = lines.map((own, index) =>
        published({ id: `XSP-2027-0000${index}`, attr: `p${index}`, lines: [own] }),
      );
      const read = readCycloneDx(JSON.parse(JSON.stringify(cycloneDxDocument('rolling', advisories, publisher))));
      expect(
        read
          ?.map(({ name }) => name)
          .filter((name) => name !== 'acme rolling')
          .sort(),
      ).toEqual(lines.map((_, index) => `p${index}`));
    }),
  );
});

const folder = '../shared/data/schemas';
if (!existsSync(folder)) console.log(`left out: ${folder} is not there`);

test.skipIf(!existsSync(folder))('every one passes the official schema', () => {
  const schemaAt = (file: string) => JSON.parse(readFileSync(`${folder}/cyclonedx/${file}`, 'utf8')) as Schema;
  const schema = schemaAt('bom-1.6.schema.json');
  const others = new Map(readdirSync(`${folder}/cyclonedx`).map((file) => [file, schemaAt(file)]));
  fc.assert(
    fc.property(fc.array(any, { maxLength: 3 }), (lines) => {
      const advisories = lines.map((own, index) => published({ id: `XSP-2027-0000${index}`, lines: [own] }));
      const document = JSON.parse(JSON.stringify(cycloneDxDocument('rolling', advisories, publisher)));
      expect(schemaFaults(schema, document, others)).toEqual([]);
    }),
  );
  const { vulnerabilities, ...rest } = of(line());
  const wrong = { ...rest, vulnerabilities: vulnerabilities.map((one) => ({ ...one, analysis: { state: 'fine' } })) };
  expect(schemaFaults(schema, wrong, others)).toEqual(['/vulnerabilities/0/analysis/state: enum']);
});
