import { describe, expect, test } from 'vitest';
import { advisory, affected, cpe, dictionary, explained, instance, matched, record } from './testing.ts';

/** `status route`, or `none`. */
function verdict(found: ReturnType<typeof matched>): string {
  return found === null ? 'none' : `${found.match.status} ${found.route}`;
}

const from = (url: string) => [{ name: '', urls: [url], hash: null, rev: null, tag: null }];

describe('names that mean something else', () => {
  const nvd = (identity: string, range = '<99') =>
    advisory([record('nvd', [affected(cpe(identity), [range])])], { score: 9.8 });
  test.each([
    ['git', 'jenkins:git:jenkins'],
    ['git', 'jenkins:git'],
    ['fuse', 'redhat:fuse'],
    ['cargo', 'mediawiki:cargo'],
    ['hub', 'artifacthub:hub'],
    ['vault', 'autodesk:vault'],
    ['audit', 'rocket.chat:audit'],
    ['nss-cacert', 'mozilla:nss'],
    ['linux-headers', 'linux:linux_kernel'],
    ['bpftools', 'linux:linux_kernel'],
    ['warp', 'vmware:warp:iphone_os'],
    ['any', 'acme:*'],
  ])('%s is not %s', (pname, identity) => {
    expect(
      verdict(matched([instance({ pname, version: '1.0' })], nvd(identity), dictionary('redhat:fuse', 'a:fuse'))),
    ).toBe('none');
  });

  test.each(['safe', 'warp', 'network', 'yaml', 'async'])('the Haskell package %s', (pname) => {
    const carried = instance({
      pname,
      version: '1.0',
      attr: `haskellPackages.${pname}`,
      sources: from(`mirror://hackage/${pname}-1.0.tar.gz`),
    });
    expect(verdict(matched([carried], nvd(`acme:${pname}`), dictionary(`acme:${pname}`)))).toBe('none');
  });

  test('the crate curl', () => {
    const carried = instance({
      pname: 'rust_curl',
      version: '0.4.49',
      attr: 'rustPackages.curl',
      sources: from('https://crates.io/api/v1/crates/curl/0.4.49/download'),
    });
    expect(verdict(matched([{ ...carried, pname: 'curl' }], nvd('haxx:curl', '<8')))).toBe('none');
  });

  test('fuse is what its own projects ship', () => {
    const carried: [ReturnType<typeof instance>] = [instance({ pname: 'fuse', version: '2.9.7' })];
    expect(verdict(matched(carried, nvd('libfuse_project:libfuse', '<2.9.8')))).toBe('affected automatic');
    expect(verdict(matched(carried, nvd('fuse_project:fuse', '<2.9.8')))).toBe('affected automatic');
  });

  test('a vendor that nothing ties to the package asks a person at most', () => {
    const carried: [ReturnType<typeof instance>] = [instance({ pname: 'orca', version: '1.0' })];
    expect(verdict(matched(carried, nvd('gnome:orca'), dictionary('gnome:orca', 'boonex:orca')))).toBe(
      'under_investigation queue',
    );
  });

  test('the right edition only', () => {
    const [esr, release] = [
      instance({ pname: 'firefox-esr', version: '115.1.0esr' }),
      instance({ pname: 'firefox', version: '115.1.0' }),
    ];
    const data = dictionary('mozilla:firefox');
    expect(verdict(matched([esr], nvd('mozilla:firefox'), data))).toBe('none');
    expect(verdict(matched([release], nvd('mozilla:firefox::esr'), data))).toBe('none');
    expect(verdict(matched([esr], nvd('mozilla:firefox::esr', '<115.2'), data))).toBe('under_investigation queue');
    expect(matched([release], nvd('mozilla:firefox', '<116'), data)?.match.score).toBe(0.85);
  });
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

  test('the kernel by branch', () => {
    const linux = outcomes('linux', 'linux:linux_kernel', ['>=4.14 <5.10.254', '>=5.11 <6.12.85', '>=6.13 <7.0'], {
      scheme: 'semver',
    });
    expect(
      ['4.9', '6.12.84', '6.12.85', '6.12.90', '6.13.1', '7.0', '6.12.84-rt63'].map((version) => linux(version)),
    ).toEqual(['out', 'in', 'out', 'out', 'in', 'out', 'in']);
  });

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

  test('openssl letters and branches', () => {
    const openssl = outcomes('openssl', 'openssl:openssl', [
      '>=1.0.2 <1.0.2zj',
      '>=1.1.1 <1.1.1x',
      '>=3.0.0 <3.0.13',
      '>=3.1.0 <3.1.5',
      '>=3.2.0 <3.2.1',
    ]);
    expect(['1.1.1w', '1.0.2zi', '3.0.13', '3.1.4', '3.3.0'].map((version) => openssl(version))).toEqual([
      'in',
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

  test.each(['9.20.11-S1', '1.1alpine3'])('%s is ordered in two ways: a person decides', (version) => {
    const base = version.replace(/-S1|alpine3/, '');
    const found = matched(
      [instance({ pname: 'bind', version })],
      advisory([record('nvd', [affected(cpe('isc:bind'), [`<${base}`])])]),
    );
    expect(verdict(found)).toBe('under_investigation queue');
  });

  test('a later state of a version may hold the fix', () => {
    const found = matched(
      [instance({ pname: 'bash', version: '5.3.0-unstable-2025-09-12' })],
      advisory([record('nvd', [affected(cpe('gnu:bash'), ['<5.3.1'])])]),
    );
    expect(verdict(found)).toBe('under_investigation queue');
  });

  test('Go: SemVer puts a pre-release bound before its release', () => {
    const stdlib = { kind: 'package', ecosystem: 'Go', name: 'stdlib' } as const;
    const found = (range: string) =>
      matched(
        [instance({ pname: 'go', version: '1.25.10' })],
        advisory([record('osv', [affected(stdlib, [range], { scheme: 'go' })])]),
      )?.match.ranges[0]?.outcome;
    expect([found('>=1.25.0-0 <1.25.11'), found('>=1.24.0-rc.1 <1.24.0-rc.2'), found('<1.20')]).toEqual([
      'in',
      'out',
      'out',
    ]);
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
      'under_investigation stored',
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

  test("the kernel's own record wins over NVD's open start", () => {
    const found = matched(
      [instance({ pname: 'linux', version: '6.12.90' })],
      advisory([
        record('cve', [affected(cpe('linux:linux_kernel'), ['>=7.0 <7.0.1'], { scheme: 'semver' })]),
        record('nvd', [affected(cpe('linux:linux_kernel'), ['<7.0.1'])]),
      ]),
    );
    expect(verdict(found)).toBe('not_affected automatic');
  });

  test('valkey by its own range, redis weakly', () => {
    const both = advisory([
      record('cve', [
        affected({ kind: 'product', vendor: 'lfprojects', product: 'valkey' }, ['<=8.1.3']),
        affected({ kind: 'product', vendor: 'redis', product: 'redis' }, []),
      ]),
    ]);
    const data = dictionary('lfprojects:valkey', 'redis:redis');
    expect(verdict(matched([instance({ pname: 'valkey', version: '8.1.4' })], both, data))).toBe('fixed automatic');
    expect(
      matched(
        [instance({ pname: 'redis', version: '8.0' })],
        advisory([record('cve', [affected(cpe('redis:redis'), [''])])]),
        data,
      )?.match.ranges[0]?.outcome,
    ).toBe('weak-in');
  });
});

describe('scores of the worked examples', () => {
  const product = { kind: 'product', vendor: 'n/a', product: 'tool' } as const;
  const tool: [ReturnType<typeof instance>] = [
    instance({ pname: 'tool', version: '1.0', sources: from('https://github.com/acme/tool/archive/v1.0.tar.gz') }),
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
  test('declared, weak: stored, or queue when urgent', () => {
    const declared: [ReturnType<typeof instance>] = [
      instance({
        pname: 'tool',
        version: '1.0',
        cpe: [{ part: 'a', vendor: 'acme', product: 'tool', version: null, update: null }],
      }),
    ];
    const weak = [record('nvd', [affected(cpe('acme:tool'), [''])])];
    const found = matched(declared, advisory(weak));
    expect([verdict(found), found?.match.score]).toEqual(['under_investigation stored', 0.392]);
    expect(verdict(matched(declared, advisory(weak, { score: 9.8 })))).toBe('under_investigation queue');
  });
  test('disputed, but surely this package: a person is asked', () => {
    const found = matched(
      [instance({ pname: 'openssh', version: '8.0p1' })],
      advisory([record('cve', [affected(cpe('openbsd:openssh'), ['<=8.3p1'])])], { disputed: true }),
    );
    expect(verdict(found)).toBe('under_investigation queue');
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
    [{ name: 'CVE-2024-564060.patch' }, 'none', 'affected automatic'],
    [{ name: 'no-sys-dirs-5.40.0.patch' }, 'none', 'affected automatic'],
  ])('%o is %s', (patch, state, expected) => {
    const found = matched([perl(patch)], open);
    expect([found?.match.patch.state, verdict(found)]).toEqual([state, expected]);
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
