import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseCpe } from './parse-cpe.ts';

const file = '../shared/data/vectors/cpe/unbind.jsonl';
const present = existsSync(file);
if (!present) console.info(`not compared with the public CPE names: ${file} is not here`);

/** Where we read another thing, and why that is right here. */
const deviations: ReadonlyMap<string, string> = new Map([
  ['cpe:/a', 'names no product'],
  ['cpe:/a:Microsoft:internet_explorer:8.%02:sp%01:limited', 'encoded wildcards are of searches, not of records'],
  ['cpe:/a:foo:bar:12.%02.1234', 'a wildcard inside a text is read as it stands'],
  ["cpe:2.3:a:disney:where\\\\'s_my_perry?_free:1.5.1:*:*:*:*:android:*:*", 'the same'],
  ['cpe:2.3:a:hp:insight_diagnostics:7.4.*.1570:*:*:*:*:*:*', 'the same'],
]);

test.runIf(present)('the public CPE names', () => {
  const vectors = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly input: string; readonly wfn?: string; readonly error?: true });
  const wrong = vectors.filter(({ input, wfn = '' }) => {
    const cpe = parseCpe(input);
    const given = (name: string) => {
      const [, any, text] = new RegExp(`\\b${name}=(?:(ANY|NA)|"((?:[^"\\\\]|\\\\.)*)")`).exec(wfn) ?? [];
      return any === 'NA' ? '-' : (text?.replaceAll(/\\(.)/g, '$1').toLowerCase() ?? '*');
    };
    return !(
      cpe?.part === given('part') &&
      cpe.vendor === given('vendor') &&
      cpe.product === given('product') &&
      cpe.version === given('version') &&
      cpe.update === given('update') &&
      cpe.edition === given('edition') &&
      cpe.softwareEdition === given('sw_edition') &&
      cpe.targetSoftware === given('target_sw') &&
      cpe.targetHardware === given('target_hw')
    );
  });
  expect(wrong.map(({ input }) => input).toSorted()).toEqual([...deviations.keys()].toSorted());
});
