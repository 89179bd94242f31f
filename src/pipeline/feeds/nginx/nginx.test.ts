import { expect, test } from 'vitest';
import { feedData, rangesText, readItems, recordsAt } from '../reading/testing.ts';
import { nginx } from './source.ts';

function page(...items: readonly string[]): string {
  return `<!DOCTYPE article SYSTEM "../../dtd/article.dtd">
<article name="nginx security advisories"><section><para>Mail.</para><security>${items.join('\n')}</security></section></article>`;
}

async function read(xml: string) {
  return readItems(nginx, { location: { kind: 'url', url: nginx.defaultUrl }, answer: () => xml });
}

test.each([
  ['0.9.6-1.31.2', '1.31.3+, 1.30.4+', ['[0.9.6, 1.30.4) [1.31.0, 1.31.3)']],
  ['1.25.0-1.25.5, 1.26.0', '1.27.0+, 1.26.1+', ['[1.25.0, 1.25.5] [1.26.0, 1.26.1)']],
  ['1.5.10', '1.5.11+', ['[1.5.10, 1.5.11)']],
  ['0.1.0-0.8.14', '0.8.15+, 0.7.62+, 0.6.39+', ['[0.1.0, 0.6.39) [0.7.0, 0.7.62) [0.8.0, 0.8.15)']],
  ['all', 'none', ['(-∞, ∞)']],
  ['1.0.0-1.0.2, nginx/Windows 0.7.52-1.0.4', '1.0.5+, 1.0.3+', ['[1.0.0, 1.0.3)', '[0.7.52, 1.0.3)']],
])('vulnerable %s, good %s', async (vulnerable, good, ranges) => {
  const [item] = await read(page(`<item name="x" cve="2026-42533" vulnerable="${vulnerable}" good="${good}"/>`));
  expect(item?.kind === 'record' && item.record.affected.map(rangesText)).toEqual(ranges);
});

test('an entry for Windows is limited to it', async () => {
  const [item] = await read(
    page('<item name="x" cve="2011-4963" good="1.3.1+" vulnerable="nginx/Windows 0.7.52-1.3.0"/>'),
  );
  expect(item).toMatchObject({ record: { affected: [{ platforms: ['Windows'] }] } });
});

test('an item without a CVE goes by its name, a broken one is set aside', async () => {
  const items = await read(
    page(
      '<item name="Pseudonyms &amp; 8.3" core="CORE-2010-0121" good="0.8.33+" vulnerable="0.7.52-0.8.32"/>',
      '<item name="x" cve="2030-1111" good="soon" vulnerable="1.0.0"/>',
    ),
  );
  expect(items).toMatchObject([
    { record: { id: 'NGINX-pseudonyms-8-3', title: 'Pseudonyms & 8.3' } },
    { kind: 'rejected', id: '2030-1111', reason: 'soon is no fixed version' },
    { kind: 'end', complete: true },
  ]);
});

test.each([
  ['no XML', '{"a":1}'],
  ['another document', '<article><section/></article>'],
  ['cut off', page('<item name="x"').slice(0, -40)],
  [
    'entities of its own',
    `<!DOCTYPE a [<!ENTITY b "c">]>${page('<item name="&b;" cve="2030-1111" good="none" vulnerable="all"/>')}`,
  ],
])('%s fails as a whole', async (_what, xml) => {
  await expect(read(xml)).rejects.toMatchObject({ code: 'feeds.unreadable' });
});

const real = feedData('nginx/security_advisories.xml');

test.skipIf(real === null)('all of the real page', async () => {
  const records = await recordsAt(nginx, real ?? '');
  expect(records.size).toBe(56);
  expect([...records.keys()].filter((id) => !id.startsWith('CVE-'))).toHaveLength(1);
  expect(records.get('CVE-2026-9256')).toMatchObject({
    title: 'Buffer overflow in the ngx_http_rewrite_module',
    severities: [{ text: 'medium' }],
    references: [{ type: 'ADVISORY', url: 'https://my.f5.com/manage/s/article/K000161377' }],
  });
  const open = [...records.values()].filter(({ affected }) => affected[0]?.ranges.some(({ hi }) => hi === null));
  expect(open.map(({ id }) => id)).toEqual(['CVE-2009-4487']);
});
