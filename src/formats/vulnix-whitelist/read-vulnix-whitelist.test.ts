import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readVulnixWhitelist } from './read-vulnix-whitelist.ts';

test.each([
  ['["*"]\ncve = "CVE-1"', { pname: null, version: null, cves: ['CVE-1'] }],
  ['["libxslt"]\ncomment = ["a", "b"]', { pname: 'libxslt', version: null, cves: null, comment: 'a\nb' }],
  ['["uw-imap-2007f"]\ncve = []', { pname: 'uw-imap', version: '2007f', cves: [] }],
  ['["a-1"]\nuntil = 2018-03-01\nissue_url = "https://x"', { until: '2018-03-01', issueUrls: ['https://x'] }],
  ['["a-1"]\nstatus = "inprogress"\ncve = 7', { cves: null, unknown: { status: 'inprogress', cve: 7 } }],
  ['stray = 1', { section: 'stray', unknown: { value: 1 } }],
])('%s', (text, entry) => {
  expect(readVulnixWhitelist(text)).toMatchObject([entry]);
});

const files = '../shared/data/vectors/import';
if (!existsSync(files)) console.log(`left out: ${files} is not there`);

test.skipIf(!existsSync(files)).each([
  ['vulnix-whitelist.toml', 6, 8],
  ['nixos-20.03.toml', null, null],
])('%s as others keep it, whole', (file, sections, cves) => {
  const text = readFileSync(`${files}/${file}`, 'utf8');
  const entries = readVulnixWhitelist(text);
  const named = entries.flatMap((entry) => entry.cves ?? []);
  expect(entries).toHaveLength(sections ?? (text.match(/^\[/gm) ?? []).length);
  expect(named).toHaveLength(cves ?? (text.match(/CVE-\d+-\d+/g) ?? []).length);
  expect(new Set(named)).toEqual(new Set(text.match(/CVE-\d+-\d+/g)));
});
