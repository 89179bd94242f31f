import { describe, expect, test } from 'vitest';
import {
  advisory,
  affected,
  cpe,
  dictionary,
  explained,
  instance,
  matched,
  range,
  record,
  sourceAt,
  verdict,
} from './testing.ts';

test('fuse is what its own projects ship', () => {
  const carried: [ReturnType<typeof instance>] = [instance({ pname: 'fuse', version: '2.9.7' })];
  const nvd = (identity: string) => advisory([record('nvd', [affected(cpe(identity), ['<2.9.8'])])]);
  expect(verdict(matched(carried, nvd('libfuse_project:libfuse')))).toBe('affected automatic');
  expect(verdict(matched(carried, nvd('fuse_project:fuse')))).toBe('affected automatic');
});

describe('versions', () => {
  const outcomes =
    (pname: string, identity: string, ranges: readonly string[], more = {}) =>
    (version: string, name = `${pname}-${version}`) => {
      const found = matched(
        [instance({ pname, version, name })],
        advisory([record('cve', [affected(cpe(identity), ranges, more)])]),
        dictionary(identity),
      );
      return found === null ? 'none' : found.match.ranges[0]?.outcome;
    };

  test('the kernel by default, with what is fixed named', () => {
    const linux = outcomes('linux', 'linux:linux_kernel', [], {
      scheme: 'semver',
      otherwise: 'affected',
      unaffected: [
        { lo: null, loInclusive: true, hi: '4.14', hiInclusive: false },
        { lo: '6.12.85', loInclusive: true, hi: '6.13', hiInclusive: false },
        { lo: '7.0', loInclusive: true, hi: null, hiInclusive: false },
      ],
    });
    expect(['4.9', '6.12.84', '6.12.90', '6.13.1', '7.0'].map((version) => linux(version))).toEqual([
      'out',
      'in',
      'out',
      'in',
      'out',
    ]);
  });

  test.each([
    ['openssh', 'openbsd:openssh', '<10.5', '10.2p1', 'in'],
    ['openssh', 'openbsd:openssh', '<10.2', '10.2p1', 'out'],
    ['bash', 'gnu:bash', '<5.3.3', '5.3p3', 'out'],
    ['bash', 'gnu:bash', '<5.3.4', '5.3p3', 'in'],
    ['firefox', 'mozilla:firefox', '<153.0.0', '153.0', 'out'],
    ['glibc', 'gnu:glibc', '<2.40', '2.40-66', 'out'],
    ['node', 'nodejs:node', '>=22.0.0 <22.22.2', '22.22.1', 'in'],
    ['tzdata', 'iana:tzdata', '<2026a', '2025b', 'in'],
    ['fontforge', 'fontforge:fontforge', '<20230102', '20251009', 'out'],
    ['fontforge', 'fontforge:fontforge', '<2025-11-01', '20251009', 'in'],
    ['fontforge', 'fontforge:fontforge', '<1.3', '20251009', 'unknown'],
    ['tool', 'acme:tool', '<0.1', '0-unstable-2024-01-01', 'unknown'],
    ['tool', 'acme:tool', '<0.1', 'unstable-2024-01-01', 'unknown'],
    ['tool', 'acme:tool', '<not-a-version', '1.0', 'unknown'],
    ['tool', 'acme:tool', '>=2.0.0', '2.14.6', 'weak-in'],
  ])('%s %s %s: %s is %s', (pname, identity, range, version, expected) => {
    expect(outcomes(pname, identity, [range])(version)).toBe(expected);
  });

  test('a later state of a version may hold the fix', () => {
    const found = matched(
      [instance({ pname: 'bash', version: '5.3.0-unstable-2025-09-12' })],
      advisory([record('nvd', [affected(cpe('gnu:bash'), ['<5.3.1'])])]),
    );
    expect(verdict(found)).toBe('under_investigation queue');
  });
});

describe('sources against each other', () => {
  const sqlite: [ReturnType<typeof instance>] = [instance({ pname: 'sqlite', version: '3.50.4' })];
  const bitnami = { kind: 'package', ecosystem: 'Bitnami', name: 'sqlite' } as const;

  test('a precise out wins over an open end', () => {
    const found = matched(
      sqlite,
      advisory([
        record('osv', [affected(bitnami, ['>=0'])]),
        record('nvd', [affected(cpe('sqlite:sqlite'), ['<3.50.2'])]),
      ]),
    );
    expect(verdict(found)).toBe('fixed automatic');
    expect(found?.match.ranges.map(({ outcome }) => outcome)).toEqual(['weak-in', 'out']);
    expect(found?.match.fixedIn).toBe('3.50.2');
  });

  test('an open end alone opens nothing', () => {
    expect(verdict(matched(sqlite, advisory([record('osv', [affected(bitnami, ['>=0'])])])))).toBe(
      'under_investigation unbounded',
    );
  });

  test('one in and one out is for a person', () => {
    const found = matched(
      sqlite,
      advisory([
        record('osv', [affected(cpe('sqlite:sqlite'), ['<3.50.4'])]),
        record('nvd', [affected(cpe('sqlite:sqlite'), ['<3.51'])]),
      ]),
    );
    expect(verdict(found)).toBe('under_investigation queue');
    expect(found?.match.explanation).toContain('nvd says in, osv says out');
  });

  test("a project's own word stands alone", () => {
    const curl: [ReturnType<typeof instance>] = [instance({ pname: 'curl', version: '8.17.0' })];
    const nvd = record('nvd', [affected(cpe('haxx:curl'), ['<8.18'])]);
    const own = (range: string) =>
      record('curl', [affected({ kind: 'product', vendor: 'haxx', product: 'curl' }, [range])]);
    expect(verdict(matched(curl, advisory([nvd, own('>=7.1 <8.17')])))).toBe('fixed automatic');
    expect(verdict(matched(curl, advisory([record('nvd', [affected(cpe('haxx:curl'), ['<8'])]), own('<8.18')])))).toBe(
      'affected automatic',
    );
  });
});

describe('scores of the worked examples', () => {
  const product = { kind: 'product', vendor: 'n/a', product: 'tool' } as const;
  const tool: [ReturnType<typeof instance>] = [
    instance({ pname: 'tool', version: '1.0', sources: sourceAt('https://github.com/acme/tool/archive/v1.0.tar.gz') }),
  ];
  const nvd = record('nvd', [affected(cpe('acme:tool'), ['<2'])]);
  test('only vendor: queue', () => {
    const found = matched([instance({ pname: 'tool', version: '1.0' })], advisory([nvd]), dictionary('acme:tool'));
    expect([verdict(found), found?.match.score]).toEqual(['under_investigation queue', 0.85]);
  });
  test('only vendor and the CNA: affected', () => {
    const found = matched(tool, advisory([nvd, record('cve', [affected(product, ['<2'])])]), dictionary('acme:tool'));
    expect([verdict(found), found?.match.score]).toEqual(['affected automatic', 0.955]);
  });
  test('declared, weak: on the list without an end, or in the queue when urgent', () => {
    const declared: [ReturnType<typeof instance>] = [
      instance({
        pname: 'tool',
        version: '1.0',
        cpe: [{ part: 'a', vendor: 'acme', product: 'tool', version: null, update: null }],
      }),
    ];
    const weak = [record('nvd', [affected(cpe('acme:tool'), [''])])];
    const found = matched(declared, advisory(weak));
    expect([verdict(found), found?.match.score]).toEqual(['under_investigation unbounded', 0.392]);
    expect(verdict(matched(declared, advisory(weak, { score: 9.8 })))).toBe('under_investigation queue');
  });
  test('disputed, but surely this package: a person is asked', () => {
    const found = matched(
      [instance({ pname: 'openssh', version: '8.0p1' })],
      advisory([record('cve', [affected(cpe('openbsd:openssh'), ['<=8.3p1'])])], { disputed: true }),
    );
    expect(verdict(found)).toBe('under_investigation queue');
  });
  test.each([
    ['autoreconfHook', 'autoreconf-hook', 'others are built with it'],
    ['bootstrapTools', 'bootstrap-tools', 'it only builds the compilers'],
    ['tests.openssh', 'openssh', 'a test of another package'],
    ['glibc-headers', 'glibc-headers', 'headers without the code'],
    ['openssh-doc', 'openssh-doc', 'documentation without the code'],
  ])('%s counts half, says why, and goes to a person when it is urgent', (attr, pname, why) => {
    const of = instance({ attr, pname, version: '8.2', cpe: [cpeParts('openbsd:openssh')] });
    const about = advisory([record('nvd', [affected(cpe('openbsd:openssh'), ['<8.3'])])]);
    const found = matched([of], about);
    expect(verdict(found)).toBe('under_investigation stored');
    expect(found?.match.score).toBeLessThan(0.5);
    expect(found?.match.explanation).toContain(why);
    expect(verdict(matched([of], { ...about, score: 9.8 }))).toBe('under_investigation queue');
  });

  test('disputed', () => {
    const found = matched(
      [instance({ pname: 'tool', version: '1.0', description: 'made by acme' })],
      advisory([nvd], { disputed: true }),
      dictionary('acme:tool', 'other:tool'),
    );
    expect([verdict(found), found?.match.score]).toEqual(['under_investigation stored', 0.25]);
  });
});

describe('evidence', () => {
  const perl = (patch: Partial<ReturnType<typeof instance>['patches'][number]>) =>
    instance({
      pname: 'perl',
      version: '5.40.0',
      patches: [{ name: '', urls: [], hash: null, path: null, content: null, ...patch }],
    });
  const open = advisory([record('cve', [affected(cpe('perl:perl:perl'), ['<5.40.2-rc1'])])], {
    id: 'CVE-2024-56406',
    references: ['https://github.com/Perl/perl5/commit/87f42aa0e0096e9a346c9672aa3a0bd3bef8c1dd.patch'],
  });

  test.each([
    [{ name: 'CVE-2024-56406.patch' }, 'claimed', 'fixed automatic'],
    [{ name: '28-cve-2022-0529-and-cve-2024-56406.patch' }, 'claimed', 'fixed automatic'],
    [
      { name: 'fix.patch', content: 'From 87f42aa0e0096e9a346c9672aa3a0bd3bef8c1dd Mon Sep 17' },
      'verified',
      'fixed automatic',
    ],
    [
      {
        name: 'fix.patch',
        urls: ['https://github.com/Perl/perl5/commit/87f42aa0e0096e9a346c9672aa3a0bd3bef8c1dd.patch'],
      },
      'verified',
      'fixed automatic',
    ],
    [{ name: 'CVE-2024-56406.patch', reverts: true as const }, 'none', 'affected automatic'],
    [
      { name: 'back.patch', content: 'This reverts commit 87f42aa0e0096e9a346c9672aa3a0bd3bef8c1dd.' },
      'none',
      'affected automatic',
    ],
    [{ name: 'CVE-2024-564060.patch' }, 'none', 'affected automatic'],
    [{ name: 'no-sys-dirs-5.40.0.patch' }, 'none', 'affected automatic'],
  ])('%o is %s', (patch, state, expected) => {
    const found = matched([perl(patch)], open);
    expect([found?.match.patch.state, verdict(found)]).toEqual([state, expected]);
  });

  test('a range of commits ends with the fix, on every branch', () => {
    const [trunk, branch] = ['87f42aa0e0096e9a346c9672aa3a0bd3bef8c1dd', 'aa42f78e0096e9a346c9672aa3a0bd3bef8c1ddd'];
    const commits = affected(
      { kind: 'repository', url: 'https://github.com/Perl/perl5' },
      [`>=0123456789ab <${trunk}`],
      {
        scheme: 'git',
        unaffected: [range(`>=${branch}`)],
      },
    );
    const told = advisory([...open.records, record('osv', [commits])], { id: 'CVE-2024-56406' });
    for (const id of [trunk, branch]) {
      const found = matched([perl({ name: 'fix.patch', content: `From ${id} Mon Sep 17` })], told);
      expect([found?.match.patch.state, found?.match.status], id).toEqual(['verified', 'fixed']);
    }
    const introduced = matched([perl({ name: 'fix.patch', content: 'Fixes: 0123456789ab' })], told);
    expect(introduced?.match.patch.state).toBe('none');
  });

  test('a patch on one of two systems leaves the package affected', () => {
    const found = matched([perl({ name: 'CVE-2024-56406.patch' }), { ...perl({}), system: 'aarch64-linux' }], open);
    expect([found?.match.patch.state, found?.match.status]).toEqual(['mixed', 'affected']);
  });

  test('a package that admits it is affected, for that instance only; a note without an id is none', () => {
    const insecure = {
      ...instance({ pname: 'python', version: '2.7.18' }),
      knownVulnerabilities: ['CVE-2026-1: no fix'],
    };
    const found = matched([insecure, { ...insecure, system: 'aarch64-linux', knownVulnerabilities: [] }], advisory([]));
    expect([found?.match.status, found?.match.systems]).toEqual(['affected', ['x86_64-linux']]);
    expect(matched([{ ...insecure, knownVulnerabilities: ['Python 2 is end of life'] }], advisory([]))).toBeNull();
  });

  test.each([
    ['hosted-only', 'not_affected automatic component_not_present'],
    ['hardware-only', 'not_affected automatic component_not_present'],
    ['informational', 'none'],
    ['unsupported-when-assigned', 'affected automatic null'],
  ] as const)('a record tagged %s', (tag, expected) => {
    const about = advisory([record('cve', [affected(cpe('perl:perl'), ['<6'])], { tags: [tag] })]);
    const found = matched([perl({})], about);
    expect(found === null ? 'none' : `${verdict(found)} ${found.match.justification}`).toBe(expected);
  });

  test('a notice beside a record of the vulnerability is a record like others', () => {
    const notice = record('rustsec', [], { tags: ['informational'] });
    const about = advisory([notice, record('cve', [affected(cpe('perl:perl'), ['<6'])])]);
    expect(verdict(matched([perl({})], about))).toBe('affected automatic');
    expect(explained([perl({})], advisory([notice]))[0]?.sentences[0]).toBe('It is a notice, not a vulnerability.');
  });

  test('an entry for other systems is out', () => {
    const windows = advisory([record('cve', [affected(cpe('nginx:nginx'), ['<2'], { platforms: ['Windows'] })])]);
    expect(verdict(matched([instance({ pname: 'nginx', version: '1.30.4' })], windows))).toBe('not_affected automatic');
  });

  test('a withdrawn advisory matches nothing', () => {
    expect(matched([perl({})], { ...open, state: 'withdrawn' })).toBeNull();
  });
});

test('every answer says what would change it', () => {
  const [text] = explained(
    [instance({ pname: 'cargo', version: '1.0' })],
    advisory([record('nvd', [affected(cpe('mediawiki:cargo'), ['<2'])])]),
  );
  expect(text?.sentences).toContain('reviewed: mediawiki:cargo is an extension of MediaWiki.');
  expect(text?.wouldChange).toEqual(['A reviewed mapping that cargo is that product.']);
  const [none] = explained(
    [instance({ pname: 'xz', version: '5.8.2' })],
    advisory([record('nvd', [affected(cpe('gnu:bash'), ['<2'])])]),
  );
  expect(none?.sentences).toEqual([
    'No record of it is filed under a name, package URL or repository of this package.',
  ]);
});

function cpeParts(text: string) {
  const [vendor = null, product = ''] = text.split(':');
  return { part: 'a', vendor, product, version: null, update: null };
}
