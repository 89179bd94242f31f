import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { feedData, readItems, recordsAt } from '../reading/testing.ts';
import { epss } from './source.ts';

const head = '#model_version:v2025.03.14,score_date:2026-05-31T00:00:00Z\ncve,epss,percentile\n';
const read = (content: string) =>
  readItems(epss, {
    location: { kind: 'url', url: 'https://example.org/epss.csv.gz' },
    answer: () => gzipSync(content),
  });

test('a packed file gives a probability a CVE; a line that is none is rejected', async () => {
  const items = await read(
    `${head}CVE-2024-3094,0.85000,0.99300\nCVE-2024-1,0.1,0\nCVE-2024-1000,1.5,0\nCVE-2024-1001,,0\nx\u0000,0.1,0\n`,
  );
  expect(items.map((item) => (item.kind === 'record' ? item.record.exploitation?.epss : item.kind))).toEqual([
    0.85,
    'rejected',
    'rejected',
    'rejected',
    'rejected',
    'end',
  ]);
  expect(items.flatMap((item) => (item.kind === 'rejected' ? [item.id] : []))).toEqual([
    'CVE-2024-1',
    'CVE-2024-1000',
    'CVE-2024-1001',
    'line',
  ]);
});

test.each(['<html></html>', 'CVE-2024-3094,0.85,0.99', head.slice(0, 20), ''])('%j is refused', async (content) => {
  await expect(read(content)).rejects.toMatchObject({ code: 'feeds.unreadable' });
});

const sample = feedData('epss/epss_scores-sample.csv');
test.skipIf(sample === null)('a real file', async () => {
  const records = await recordsAt(epss, sample ?? '');
  expect([records.size, records.get('CVE-1999-0005')?.exploitation?.epss]).toEqual([5, 0.91963]);
});

const invalid = feedData('edge-cases/epss/invalid-header.csv');
test.skipIf(invalid === null)('a wrong header is refused', async () => {
  await expect(recordsAt(epss, invalid ?? '')).rejects.toMatchObject({ code: 'feeds.unreadable' });
});
