import { expect, test } from 'vitest';
import { fixCommitsOf } from './fix-links.ts';
import { advisory, affected, range, record } from './testing.ts';

const id = '87f42aa0e0096e9a346c9672aa3a0bd3bef8c1dd';

test.each([
  [`https://github.com/Perl/perl5/commit/${id}`, `https://github.com/Perl/perl5/commit/${id}.patch`],
  [`https://github.com/Perl/perl5/commit/${id}.patch`, `https://github.com/Perl/perl5/commit/${id}.patch`],
  [`https://github.com/Perl/perl5/pull/1/commits/${id}`, `https://github.com/Perl/perl5/commit/${id}.patch`],
  [
    `https://gitlab.gnome.org/GNOME/libxml2/-/commit/${id}?merge_request_iid=1`,
    `https://gitlab.gnome.org/GNOME/libxml2/-/commit/${id}.patch`,
  ],
  [
    `https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/commit/?h=v6.1&id=${id}`,
    `https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/patch/?id=${id}`,
  ],
  [
    `https://sourceware.org/git/?p=glibc.git;a=commit;h=${id.toUpperCase()}`,
    `https://sourceware.org/git/?p=glibc.git;a=patch;h=${id.toUpperCase()}`,
  ],
  [`https://git.example.org/x;h=${id}`, null],
  [`https://example.org/gitlab.com/commit/${id}`, null],
])('%s', (link, url) => {
  expect(fixCommitsOf(advisory([], { references: ['https://example.org', link] }))).toEqual([{ commitId: id, url }]);
});

test('ranges of commits end with fixes; a reference gives the address that a range lacks', () => {
  const commits = (repository: string, first: string) =>
    affected({ kind: 'repository', url: repository }, [`>=0123456789ab <${first}`], {
      scheme: 'git',
      unaffected: [range(`>=${'b'.repeat(40)}`), range(`>${'c'.repeat(40)}`)],
    });
  const told = advisory([record('osv', [commits('https://github.com/curl/curl.git', 'a'.repeat(40))])], {
    references: [`https://git.example.org/x;h=${'a'.repeat(40)}`],
  });
  expect(fixCommitsOf(told)).toEqual([
    { commitId: 'a'.repeat(40), url: `https://github.com/curl/curl/commit/${'a'.repeat(40)}.patch` },
    { commitId: 'b'.repeat(40), url: `https://github.com/curl/curl/commit/${'b'.repeat(40)}.patch` },
  ]);
});

test('versions are no commits', () => {
  const versions = affected({ kind: 'package', ecosystem: 'PyPI', name: 'x' }, ['<202401010000'], { scheme: 'pep440' });
  expect(fixCommitsOf(advisory([record('osv', [versions])], { references: ['https://x.org/commit/0123'] }))).toEqual(
    [],
  );
});
