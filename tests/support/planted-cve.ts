import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { editSettings } from './workspaces.ts';

/** Gives a starter workspace feeds of its own, that `publishCritical` can add to. */
export async function keepFeeds(folder: string): Promise<void> {
  await cp('examples/starter/feeds', path.join(folder, 'feeds'), { recursive: true });
  await editSettings(folder, (text) => text.replaceAll(/^path = ".*examples\/starter\/feeds\//gm, 'path = "feeds/'));
}

/** Adds a critical vulnerability of a package that every step of the starter carries to the workspace's NVD; when it was published, ISO 8601. */
export async function publishCritical(folder: string, cve: string, product = 'libpng:libpng'): Promise<string> {
  const file = path.join(folder, 'feeds/nvd/2026.json');
  const feed = JSON.parse(await readFile(file, 'utf8')) as { readonly vulnerabilities: readonly unknown[] };
  const timestamp = new Date().toISOString().slice(0, -1);
  const vulnerabilities = [...feed.vulnerabilities, { cve: criticalIn(product, cve, timestamp) }];
  const total = vulnerabilities.length;
  await writeFile(
    file,
    JSON.stringify({ ...feed, resultsPerPage: total, totalResults: total, timestamp, vulnerabilities }),
  );
  return `${timestamp}Z`;
}

/** In the shape of NVD's CVE API 2.0, https://nvd.nist.gov/developers/vulnerabilities. */
function criticalIn(product: string, cve: string, now: string) {
  return {
    id: cve,
    sourceIdentifier: 'cve@example.org',
    published: now,
    lastModified: now,
    vulnStatus: 'Analyzed',
    cveTags: [],
    descriptions: [{ lang: 'en', value: 'A chunk of an image can be written beyond its memory.' }],
    metrics: {
      cvssMetricV31: [
        {
          source: 'cve@example.org',
          type: 'Secondary',
          cvssData: {
            version: '3.1',
            vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
            baseScore: 9.8,
            baseSeverity: 'CRITICAL',
          },
        },
      ],
    },
    weaknesses: [],
    configurations: [
      {
        nodes: [
          {
            operator: 'OR',
            negate: false,
            cpeMatch: [
              {
                vulnerable: true,
                criteria: `cpe:2.3:a:${product}:*:*:*:*:*:*:*:*`,
                versionEndExcluding: '99',
                matchCriteriaId: '00000000-0000-4000-8000-000000099001',
              },
            ],
          },
        ],
      },
    ],
    references: [{ url: 'https://example.org/libpng', source: 'cve@example.org' }],
  };
}
