import { expect, test } from 'vitest';
import { readNginxAdvisories } from './read-advisories.ts';

const around = (items: string) => `<article><section><security>${items}</security></section></article>`;

test('attributes as they stand there, and the patches', () => {
  const xml = around(
    '<item name="A &lt;b&gt;" cve="2012-2089" good="1.1.19+, 1.0.15+" vulnerable="1.1.3-1.1.18"><patch name="patch.2012.mp4.txt"/></item>',
  );
  expect(readNginxAdvisories(xml)).toEqual([
    {
      name: 'A <b>',
      severity: null,
      cve: '2012-2089',
      advisory: null,
      good: '1.1.19+, 1.0.15+',
      vulnerable: '1.1.3-1.1.18',
      patches: ['patch.2012.mp4.txt'],
      raw: { name: 'A <b>', cve: '2012-2089', good: '1.1.19+, 1.0.15+', vulnerable: '1.1.3-1.1.18' },
    },
  ]);
});

test.each([
  '',
  'text',
  '<article/>',
  around(''),
  around('<item'),
  `<!DOCTYPE a [<!ENTITY b "c">]>${around('<item/>')}`,
])('%s is refused', (xml) => {
  expect(() => readNginxAdvisories(xml)).toThrow(expect.objectContaining({ code: 'nginx.shape' }));
});
