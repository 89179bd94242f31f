/** A patch under a name that tells nothing: the commit of the fix is read, and the package is fixed by what the patch changes. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readInventory } from '../../src/pipeline/catalog/index.ts';
import { readFixesJob } from '../../src/worker/jobs/read-fixes.ts';
import { inventoryWorkspace, opened } from '../support/workspaces.ts';

const commitId = '87f42aa0e0096e9a346c9672aa3a0bd3bef8c1dd';
const signal = new AbortController().signal;

/** CVE-2024-56406 of Perl, with the address of its fix. */
const record = {
  schema_version: '1.5.0',
  id: 'BIT-perl-2024-56406',
  aliases: ['CVE-2024-56406'],
  details: 'When there are non-ASCII bytes in the left-hand-side of the tr operator, S_do_trans_invmap can overflow.',
  modified: '2025-05-20T10:02:07.006Z',
  published: '2025-04-15T11:08:57.404Z',
  references: [{ type: 'FIX', url: `https://github.com/Perl/perl5/commit/${commitId}` }],
  affected: [
    {
      package: { ecosystem: 'Bitnami', name: 'perl', purl: 'pkg:bitnami/perl' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '5.33.1' }, { fixed: '5.40.2' }] }],
    },
  ],
};
const fix = (at: number) =>
  `--- a/op.c\n+++ b/op.c\n@@ -${at},1 +${at},2 @@\n {\n+                    max_expansion = MAX(2, max_expansion);\n`;
const carried = {
  attr: 'perl',
  system: 'x86_64-linux',
  pname: 'perl',
  version: '5.40.0',
  name: 'perl-5.40.0',
  patches: [{ kind: 'file', name: 'backports.patch', path: 'pkgs/perl/backports.patch', content: fix(5127) }],
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-fixes-'));
  await mkdir(path.join(folder, 'bitnami'));
  await writeFile(path.join(folder, 'bitnami', `${record.id}.json`), JSON.stringify(record));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function* evaluated() {
  async function* lines() {
    yield JSON.stringify(carried);
  }
  yield* readInventory(lines());
}

test('is proven by the commit of the fix, where forges may be asked', async () => {
  await inventoryWorkspace(folder, {
    channels: ['rolling'],
    feeds: [`osv-bitnami.path = "${folder}/bitnami"`],
  });
  await opened(folder, async ({ context, worker, reads }) => {
    const evaluation = { channel: 'rolling', commitId: 'c1', at: context.clock.now(), origin: 'inventory' } as const;
    await context.catalog.recordEvaluation({ ...evaluation, results: evaluated() });
    const { events } = await worker.run([{ kind: 'feed.sync', subject: 'osv-bitnami' }], signal);
    const states = async () => (await context.findings.ofChannel('rolling')).map(({ finding }) => finding.state);
    expect(await states()).toEqual(['under_investigation']);
    // Nobody allowed it.
    expect(events.map(({ kind }) => kind)).not.toContain('matching.fixes-read');

    const asked: string[] = [];
    const fetcher: typeof context.fetcher = {
      fetch: async ({ url }) => {
        asked.push(url);
        return { kind: 'content', body: Readable.from([Buffer.from(fix(6649))]), validators: {}, contentType: '' };
      },
    };
    await readFixesJob({ context: { ...context, fetcher }, subject: 'rolling', signal });
    expect(asked).toEqual([`https://github.com/Perl/perl5/commit/${commitId}.patch`]);
    expect((await worker.run([], signal)).failed).toEqual([]);
    expect(await states()).toEqual(['fixed']);
    const [explained] = (await reads.explain('CVE-2024-56406', 'perl'))?.channels ?? [];
    expect(explained?.explanations[0]?.sentences).toContain(
      'Patch verified: backports.patch, which changes in the code what commit 87f42aa0e009 changes.',
    );
    await readFixesJob({ context: { ...context, fetcher }, subject: 'rolling', signal });
    expect(asked).toHaveLength(1);
  });
}, 60_000);
