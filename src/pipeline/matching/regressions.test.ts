import { describe, expect, test } from 'vitest';
import type { JournalTables } from '../../journal/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import { silentProgress } from '../../platform/log/index.ts';
import { type AdvisoriesTables, createAdvisoryStore } from '../advisories/index.ts';
import type { Instance } from '../catalog/index.ts';
import { normaliseCve } from '../feeds/cve/normalise.ts';
import { type AffectedProduct, createFeedStore, type FeedsTables, type ProductIdentity } from '../feeds/index.ts';
import { normaliseNginx } from '../feeds/nginx/normalise.ts';
import { normaliseOsv } from '../feeds/osv/normalise.ts';
import { itemOf, recordOf, syncItems } from '../feeds/testing.ts';
import { riskOf } from '../findings/risk.ts';
import { carriedOf } from './carried.ts';
import { createMatcher } from './create-matcher.ts';
import { createMatchStore } from './store.ts';
import type { MatchingTables } from './tables.ts';
import { advisory, affected, cpe, dictionary, instance, matched, record, sourceAt, verdict } from './testing.ts';

// Named as the failures that other tools are known for. Versions, products and bounds are those of the advisories named.

const context = { source: 'test', now: Date.UTC(2026, 4, 31) };
const carrying = (pname: string, version: string, more: Partial<Instance> = {}): [Instance] => [
  instance({ pname, version, ...more }),
];
const nvd = (identity: string, range = '<99') =>
  advisory([record('nvd', [affected(cpe(identity), [range])])], { score: 9.8 });

/** What a record says of each version of a package. */
function outcomes(pname: string, products: readonly AffectedProduct[], versions: readonly string[], source = 'cve') {
  return versions.map((version) => {
    const found = matched(carrying(pname, version), advisory([record(source, products)]), dictionary());
    return found?.match.ranges[0]?.outcome ?? 'none';
  });
}

describe('names', () => {
  test('git/jenkins', () => {
    for (const identity of ['jenkins:git:jenkins', 'jenkins:git'])
      expect(matched(carrying('git', '2.51.2'), nvd(identity))).toBeNull();
  });

  test('fuse/redhat', () => {
    const vendors = dictionary('redhat:fuse', 'fuse_project:fuse');
    const of = (identity: string) => verdict(matched(carrying('fuse', '2.9.7'), nvd(identity, '<7.12'), vendors));
    expect(['redhat:fuse', 'libfuse_project:libfuse', 'fuse_project:fuse'].map(of)).toEqual([
      'none',
      'affected automatic',
      'affected automatic',
    ]);
  });

  test('cargo/mediawiki', () => {
    expect(matched(carrying('cargo', '1.91.1'), nvd('mediawiki:cargo'))).toBeNull();
  });

  test('curl crate', () => {
    const crate = carrying('curl', '0.4.49', {
      attr: 'rustPackages.curl',
      sources: sourceAt('https://crates.io/api/v1/crates/curl/0.4.49/download'),
    });
    expect(matched(crate, nvd('haxx:curl', '<8'))).toBeNull();
  });

  test.each([
    ['hub', ['artifacthub:hub', 'jetbrains:hub']],
    ['orca', ['boonex:orca', 'spinnaker:orca']],
    ['vault', ['autodesk:vault', 'tibco:vault']],
    ['audit', ['rocket.chat:audit', 'rocket_chat:audit']],
    ['icu', ['acme:icu']],
  ])('hub, orca, vault, audit, icu: %s is none of %j', (pname, identities) => {
    const vendors = dictionary(...identities, `linux_${pname}:${pname}`);
    for (const identity of identities) {
      const found = matched(carrying(pname, '1.0'), nvd(identity), vendors);
      expect([null, 'queue', 'unbounded', 'stored'], identity).toContain(found?.route ?? null);
      expect(found?.match.status).not.toBe('affected');
    }
  });

  test('hub, orca, vault, audit, icu: the vendor that the source confirms', () => {
    const vendors = dictionary('gnome:orca', 'boonex:orca', 'spinnaker:orca', 'hashicorp:vault', 'autodesk:vault');
    const orca = carrying('orca', '49.0', { sources: sourceAt('mirror://gnome/sources/orca/49/orca-49.0.tar.xz') });
    const vault = carrying('vault', '1.20.0', {
      sources: sourceAt('https://github.com/hashicorp/vault/archive/v1.20.0.tar.gz'),
    });
    const icu = carrying('icu4c', '76.1');
    expect(verdict(matched(orca, nvd('gnome:orca'), vendors))).toBe('under_investigation queue');
    expect(verdict(matched(vault, nvd('hashicorp:vault'), vendors))).toBe('under_investigation queue');
    expect(verdict(matched(icu, nvd('icu-project:international_components_for_unicode'), vendors))).toBe(
      'affected automatic',
    );
  });

  test.each(['safe', 'warp', 'network', 'yaml', 'async'])('Haskell safe, warp, network, yaml, async: %s', (pname) => {
    const carried = carrying(pname, '1.0', {
      attr: `haskellPackages.${pname}`,
      sources: sourceAt(`mirror://hackage/${pname}-1.0.tar.gz`),
    });
    expect(matched(carried, nvd(`acme:${pname}`), dictionary(`acme:${pname}`))).toBeNull();
  });

  test('wildcard CPE', () => {
    for (const pname of ['any', 'smartclient', '*'])
      expect(matched(carrying(pname, '1.0'), nvd('isomorphic:*'), dictionary('isomorphic:smartclient'))).toBeNull();
  });

  test('ESR', () => {
    const vendors = dictionary('mozilla:firefox');
    const [esr, release] = [carrying('firefox-esr', '115.1.0esr'), carrying('firefox', '115.1.0')];
    expect(matched(esr, nvd('mozilla:firefox'), vendors)).toBeNull();
    expect(matched(release, nvd('mozilla:firefox::esr'), vendors)).toBeNull();
    expect(matched(esr, nvd('mozilla:firefox::esr', '<115.2'), vendors)?.match.ranges[0]?.outcome).toBe('in');
    expect(matched(release, nvd('mozilla:firefox', '<116'), vendors)?.match.ranges[0]?.outcome).toBe('in');
  });

  test.each(['firefox', 'firefox-unwrapped', 'firefox-esr', 'thunderbird', 'thunderbird-esr'])(
    'ESR as a product of its own: %s',
    (pname) => {
      const product = `${pname.replace(/-.*/, '')}_esr`;
      const own = nvd(`mozilla:${product}`, '<140.1');
      expect(matched(carrying(pname, '140.0.2esr'), own)?.match.status).toBe('affected');
      expect(matched(carrying(pname, '140.1.0esr'), own)?.match.status).toBe('fixed');
      expect(matched(carrying('firefox', '140.0.2'), own)).toBeNull();
    },
  );

  test('a Haskell library is no program in Go', () => {
    const own = carrying('vault', '0.3.1.6', { attr: 'haskellPackages.vault' });
    expect(matched(own, nvd('hashicorp:vault:go', '<1.19.3'))).toBeNull();
  });

  test('kernel modules', () => {
    const kernel = nvd('linux:linux_kernel', '<7');
    for (const pname of ['linux-headers', 'bpftools', 'perf-linux'])
      expect(matched(carrying(pname, '6.12.63'), kernel), pname).toBeNull();
    const module = carrying('x', '1.2-6.12.63', { attr: 'linuxPackages.x' });
    expect(matched(module, kernel)).toBeNull();
    const [variant] = carriedOf(module, dictionary()).byAttr.get('linuxPackages.x')?.variants ?? [];
    expect([variant?.scope, variant?.version]).toEqual([
      'kernel-module',
      { kind: 'version', text: '1.2', snapshot: false },
    ]);
  });

  test('bpftools', () => {
    const bitnami: ProductIdentity = { kind: 'package', ecosystem: 'Bitnami', name: 'bpftool' };
    const about = advisory([record('osv', [affected(bitnami, ['>=1.5.0 <7.4.0'], { scheme: 'semver' })])]);
    expect(matched(carrying('bpftools', '6.16.7'), about)).toBeNull();
  });

  test('cacert', () => {
    const cacert = carrying('nss-cacert', '3.117', {
      cpe: [{ part: 'a', vendor: 'mozilla', product: 'nss', version: null, update: null }],
    });
    const found = matched(cacert, nvd('mozilla:nss', '<3.118'));
    expect([verdict(found), found?.match.justification]).toEqual(['not_affected automatic', 'component_not_present']);
    expect(matched(carrying('nss-cacert', '3.117'), nvd('mozilla:nss', '<3.118'))).toBeNull();
  });

  test('curl parts', () => {
    const of = (component: string | null) =>
      advisory([
        record('curl', [
          affected({ kind: 'product', vendor: 'haxx', product: 'curl' }, ['>=8.14.0 <8.17.0'], {
            scheme: 'semver',
            component,
          }),
        ]),
      ]);
    const answers = (carried: [Instance]) =>
      ['tool', 'wcurl', 'lib', null].map((part) => verdict(matched(carried, of(part))));
    expect(answers(carrying('curl', '8.16.0'))).toEqual(Array(4).fill('affected automatic'));
    const absent = 'not_affected automatic';
    const library = [absent, absent, 'affected automatic', 'affected automatic'];
    expect(answers(carrying('curl', '8.16.0', { attr: 'curl.out' }))).toEqual(library);
    expect(answers(carrying('libcurl', '8.16.0'))).toEqual(library);
    const wcurl = carrying('wcurl', '2025.09.27', {
      sources: sourceAt('https://github.com/curl/wcurl/archive/v2025.09.27.tar.gz'),
    });
    expect(answers(wcurl)).toEqual(Array(4).fill('none'));
    const own = advisory([
      record('cve', [affected({ kind: 'product', vendor: 'curl', product: 'wcurl' }, ['<2025.11.04'])]),
    ]);
    expect(matched(wcurl, own)?.match.ranges[0]?.outcome).toBe('in');
    expect(matched(carrying('curl', '8.16.0'), own)).toBeNull();
  });
});

describe('versions', () => {
  test('Firefox', () => {
    expect(outcomes('firefox', [affected(cpe('mozilla:firefox'), ['<153.0.0'])], ['153.0', '152.0.1'])).toEqual([
      'out',
      'in',
    ]);
  });

  test('of several branches that a version has passed, its own is told (CVE-2024-20952)', () => {
    const branch = (range: string) => affected(cpe('oracle:jdk'), [range]);
    const about = ['>=17 <17.0.10', '>=21 <21.0.2', '>=11 <11.0.22'].map(branch);
    const found = matched(carrying('openjdk', '21.0.5'), advisory([record('nvd', about)]));
    expect([found?.match.status, found?.match.fixedIn]).toEqual(['fixed', '21.0.2']);
    expect(found?.match.explanation).toContain('21.0.5 is past ≥ 21 < 21.0.2');
  });

  test('glibc names', () => {
    const about = [affected(cpe('gnu:glibc'), ['<2.40'])];
    expect(outcomes('glibc', about, ['2.38-27', '2.40-66'])).toEqual(['in', 'out']);
    const patched = carrying('glibc', '2.40', {
      name: 'glibc-2.40-66',
      patches: [
        { name: '2.40-master.patch', urls: [], hash: null, path: null, content: 'fixes CVE-2025-0395 in assert' },
      ],
    });
    const found = matched(
      patched,
      advisory([record('nvd', [affected(cpe('gnu:glibc'), ['<2.41'])])], { id: 'CVE-2025-0395' }),
    );
    expect([verdict(found), found?.match.patch.state]).toEqual(['fixed automatic', 'claimed']);
  });

  test('kernel ranges', () => {
    const ranges = ['>=4.14 <5.10.254', '>=5.11 <6.12.85', '>=6.13 <7.0'];
    const about = [affected(cpe('linux:linux_kernel'), ranges, { scheme: 'semver' })];
    expect(outcomes('linux', about, ['4.9', '6.12.84', '6.12.85', '6.12.90', '6.13.1', '7.0'])).toEqual([
      'out',
      'in',
      'out',
      'out',
      'in',
      'out',
    ]);
    expect(outcomes('linux', about, ['6.12.84-rt63'])).toEqual(['in']);
  });

  test('kernel ranges: commits are no versions (CVE-2024-36031)', () => {
    const entry = { vendor: 'Linux', product: 'Linux', defaultStatus: 'unaffected' };
    const commits = (versionType: string) => [
      { version: 'afc360e8a125', lessThan: '25777f3f4e1f', status: 'affected', versionType },
      { version: '39299bdd2546', lessThan: '9da27fb65a14', status: 'affected', versionType },
    ];
    const numbers = [
      { version: '6.7', status: 'affected' },
      { version: '0', lessThan: '6.7', status: 'unaffected', versionType: 'custom' },
      { version: '6.6.31', lessThanOrEqual: '6.6.*', status: 'unaffected', versionType: 'custom' },
      { version: '6.10', lessThanOrEqual: '*', status: 'unaffected', versionType: 'original_commit_for_fix' },
    ];
    const cisa = {
      providerMetadata: { shortName: 'CISA-ADP' },
      affected: [{ cpes: ['cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*'], versions: commits('custom') }],
    };
    const cna = {
      providerMetadata: { shortName: 'Linux' },
      affected: [
        { ...entry, versions: commits('git') },
        { ...entry, defaultStatus: 'affected', versions: numbers },
      ],
    };
    const published = { cveMetadata: { cveId: 'CVE-2024-36031', state: 'PUBLISHED' } };
    const both = normaliseCve({ ...published, containers: { cna, adp: [cisa] } }, context).affected;
    expect(outcomes('linux', both, ['4.9', '6.6.30', '6.7.1', '6.12.63'])).toEqual(['out', 'out', 'in', 'out']);
    const alone = normaliseCve({ ...published, containers: { cna: {}, adp: [cisa] } }, context).affected;
    expect(outcomes('linux', alone, ['6.12.63', '25777'])).toEqual(['unknown', 'unknown']);
  });

  test('kernel correction', () => {
    const kernel: ProductIdentity = { kind: 'product', vendor: 'Linux', product: 'Linux' };
    const first = [affected(kernel, ['<7.0.1'], { scheme: 'semver' })];
    const later = [affected(kernel, ['>=7.0 <7.0.1'], { scheme: 'semver' })];
    expect(outcomes('linux', first, ['6.12.90'])).toEqual(['in']);
    expect(outcomes('linux', later, ['6.12.90', '7.0', '7.0.1', '7.1'])).toEqual(['out', 'in', 'out', 'out']);
    const withNvd = advisory([record('cve', later), record('nvd', [affected(cpe('linux:linux_kernel'), ['<7.0.1'])])]);
    expect(verdict(matched(carrying('linux', '6.12.90'), withNvd))).toBe('not_affected automatic');
  });

  const openssl = [
    affected(cpe('openssl:openssl'), [
      '>=1.0.2 <1.0.2zj',
      '>=1.1.1 <1.1.1x',
      '>=3.0.0 <3.0.13',
      '>=3.1.0 <3.1.5',
      '>=3.2.0 <3.2.1',
    ]),
  ];

  test('openssl letters', () => {
    expect(outcomes('openssl', openssl, ['1.1.1w', '1.1.1x', '1.0.2zi', '1.0.2zj'])).toEqual([
      'in',
      'out',
      'in',
      'out',
    ]);
  });

  test('openssl branches', () => {
    expect(outcomes('openssl', openssl, ['3.0.13', '3.1.4', '3.3.0'])).toEqual(['out', 'in', 'out']);
  });

  test.each([
    ['GO-2025-3420', ['<1.22.11', '>=1.23.0-0 <1.23.5', '>=1.24.0-0 <1.24.0-rc.2']],
    ['GO-2025-3421', ['>=1.24.0-0 <1.24.0-rc.2']],
    ['GO-2025-3373', ['<1.22.11', '>=1.23.0-0 <1.23.5', '>=1.24.0-0 <1.24.0-rc.2']],
    ['GO-2025-3447', ['<1.22.12', '>=1.23.0-0 <1.23.6', '>=1.24.0-0 <1.24.0-rc.3']],
    ['GO-2023-1987', ['<1.19.12', '>=1.20.0-0 <1.20.7', '>=1.21.0-0 <1.21.0-rc.4']],
  ])('Go pre-releases: %s', (_, ranges) => {
    const about = [affected({ kind: 'package', ecosystem: 'Go', name: 'stdlib' }, ranges, { scheme: 'go' })];
    expect(outcomes('go', about, ['1.25.10'])).toEqual(['out']);
    expect(outcomes('go', about, ['1.24.0-rc.1', '1.21.0-rc.3', '1.19.11'])).toContain('in');
  });

  test('Go dates', () => {
    const dated = normaliseOsv({ id: 'GO-2026-1', modified: '0001-01-01T00:00:00Z', affected: [] }, context);
    expect([dated.modifiedAt, dated.publishedAt]).toEqual([null, null]);
  });

  test('openssh', () => {
    const below = (bound: string) => outcomes('openssh', [affected(cpe('openbsd:openssh'), [`<${bound}`])], ['10.2p1']);
    expect([below('10.5'), below('10.2')]).toEqual([['in'], ['out']]);
  });

  test('bash', () => {
    const bash = (bound: string) =>
      matched(
        carrying('bash', '5.3p3', {
          cpe: [{ part: 'a', vendor: 'gnu', product: 'bash', version: '5.3', update: '3' }],
        }),
        nvd('gnu:bash', `<${bound}`),
      )?.match.ranges[0]?.outcome;
    expect([bash('5.3.3'), bash('5.3.4')]).toEqual(['out', 'in']);
  });

  test('bind', () => {
    expect(verdict(matched(carrying('bind', '9.20.11-S1'), nvd('isc:bind', '<9.20.11')))).toBe(
      'under_investigation queue',
    );
    expect(verdict(matched(carrying('bind', '1.1alpine3'), nvd('isc:bind', '<1.1')))).toBe('under_investigation queue');
  });

  test('nginx', () => {
    const own = normaliseNginx(
      {
        name: 'x',
        cve: '2026-42533',
        severity: 'medium',
        advisory: null,
        vulnerable: '0.9.6-1.31.2',
        good: '1.31.3+, 1.30.4+',
        patches: [],
        raw: {},
      },
      context,
    );
    const about = advisory([record('nginx', own.affected)]);
    const of = (version: string) => matched(carrying('nginx', version), about)?.match.ranges[0]?.outcome;
    expect(['1.30.4', '1.30.3', '1.31.2'].map(of)).toEqual(['out', 'in', 'in']);
    const windows = affected({ kind: 'product', vendor: 'f5', product: 'nginx' }, ['<2'], { platforms: ['Windows'] });
    expect(verdict(matched(carrying('nginx', '1.30.4'), advisory([record('nginx', [windows])])))).toBe(
      'not_affected automatic',
    );
  });

  test('node', () => {
    const about = [
      affected({ kind: 'product', vendor: 'nodejs', product: 'node' }, ['>=22.0.0 <22.22.2'], { scheme: 'npm' }),
    ];
    expect(outcomes('nodejs', about, ['22.22.2', '22.22.1'], 'node')).toEqual(['out', 'in']);
  });

  test('fix unparsable', () => {
    expect(outcomes('tool', [affected(cpe('acme:tool'), ['<not-a-version'])], ['1.0'])).toEqual(['unknown']);
  });
});

describe('bounds that are no proof', () => {
  const sqlite = carrying('sqlite', '3.50.4');
  const bitnami: ProductIdentity = { kind: 'package', ecosystem: 'Bitnami', name: 'sqlite' };

  test('sqlite', () => {
    const open = record('osv', [affected(bitnami, ['>=0'])]);
    const found = matched(sqlite, advisory([open, record('nvd', [affected(cpe('sqlite:sqlite'), ['<3.50.2'])])]));
    expect([verdict(found), found?.match.ranges.map(({ outcome }) => outcome)]).toEqual([
      'fixed automatic',
      ['weak-in', 'out'],
    ]);
  });

  test('open end', () => {
    const noFix = matched(sqlite, advisory([record('osv', [affected(bitnami, ['>=3.43.0'], { scheme: 'semver' })])]));
    expect([verdict(noFix), noFix?.match.ranges[0]?.outcome]).toEqual(['under_investigation unbounded', 'weak-in']);
    expect(outcomes('libxml2', [affected(cpe('xmlsoft:libxml2'), ['>=2.0.0'])], ['2.14.6'])).toEqual(['weak-in']);
  });

  test('PyPA', () => {
    const git = {
      type: 'GIT',
      repo: 'https://github.com/casework/x',
      events: [{ introduced: '0' }, { fixed: '00864cd12de7c50d882dd1a74915d32e939c25f9' }],
    };
    const ecosystem = { type: 'ECOSYSTEM', events: [{ introduced: '0' }] };
    const named = { ecosystem: 'PyPI', name: 'cdo-local-uuid', purl: 'pkg:pypi/cdo-local-uuid' };
    const { affected: products } = normaliseOsv(
      {
        id: 'PYSEC-2024-6',
        modified: '2024-01-19T22:21:07Z',
        affected: [{ package: named, ranges: [git, ecosystem], versions: ['0.4.0', '0.5.0'] }],
      },
      context,
    );
    const found = matched(
      carrying('cdo-local-uuid', '1.0', { purls: ['pkg:pypi/cdo-local-uuid'] }),
      advisory([record('osv', products)]),
    );
    expect([verdict(found), found?.match.ranges[0]?.outcome]).toEqual(['under_investigation unbounded', 'weak-in']);
  });

  test('Chrome CNA', () => {
    const versions = [
      { version: '128.0.6613.84', lessThan: '128.0.6613.84', status: 'affected', versionType: 'custom' },
    ];
    const { affected: products } = normaliseCve(
      {
        cveMetadata: { cveId: 'CVE-2024-7974', state: 'PUBLISHED' },
        containers: { cna: { affected: [{ vendor: 'Google', product: 'Chrome', versions }] } },
      },
      context,
    );
    expect(outcomes('chrome', products, ['127.0', '128.0.6613.84'])).toEqual(['weak-in', 'none']);
  });

  test('valkey/redis', () => {
    const both = advisory([
      record('cve', [
        affected({ kind: 'product', vendor: 'lfprojects', product: 'valkey' }, ['<=8.1.3']),
        affected({ kind: 'product', vendor: 'redis', product: 'redis' }, ['']),
      ]),
    ]);
    const vendors = dictionary('lfprojects:valkey', 'redis:redis');
    const of = (pname: string, version: string) =>
      matched(carrying(pname, version), both, vendors)?.match.ranges[0]?.outcome;
    expect([of('valkey', '8.1.3'), of('valkey', '8.1.4'), of('redis', '8.0')]).toEqual(['in', 'out', 'weak-in']);
  });
});

describe('evidence and order', () => {
  test('perl', () => {
    const patch = (name: string) => ({ name, urls: [], hash: null, path: null, content: null });
    const perl = carrying('perl', '5.40.0', { patches: ['CVE-2024-56406.patch', 'CVE-2025-40909.patch'].map(patch) });
    for (const id of ['CVE-2024-56406', 'CVE-2025-40909']) {
      const found = matched(
        perl,
        advisory([record('cve', [affected(cpe('perl:perl:perl'), ['<5.40.2-rc1'])])], { id }),
      );
      expect([verdict(found), found?.match.patch.state]).toEqual(['fixed automatic', 'claimed']);
    }
  });

  test('EOL note', () => {
    const python = carrying('python', '2.7.18', { knownVulnerabilities: ['Python 2.7 has reached its end of life'] });
    expect(matched(python, advisory([]))).toBeNull();
  });

  test('multi-CVE alias', async () => {
    const cves = [35891, 35892, 35893, 35894, 35895, 35896].map((number) => `CVE-2020-${number}`);
    const matches = await matchedInStore(
      [
        recordOf({
          id: 'RUSTSEC-2020-0041',
          aliases: cves,
          affected: [
            affected({ kind: 'package', ecosystem: 'crates.io', name: 'sized-chunks' }, ['<0.6.3'], {
              scheme: 'semver',
            }),
          ],
        }),
        ...cves.map((id) => recordOf({ id })),
      ],
      carrying('sized-chunks', '0.6.2', { purls: ['pkg:cargo/sized-chunks'] }),
    );
    expect(matches.map(({ match, route }) => [match.advisoryId, match.status, route]).toSorted()).toEqual(
      cves.map((id) => [id, 'affected', 'automatic']),
    );
  });

  test('stale vendor feed', async () => {
    const other = affected(cpe('openssl:openssl'), ['>=3.6.0 <3.6.4'], { scheme: 'openssl' });
    const matches = await matchedInStore(
      [recordOf({ id: 'CVE-2026-14456', affected: [other] })],
      carrying('openssl', '3.6.3'),
    );
    expect(matches.map(({ match }) => [match.advisoryId, match.status])).toEqual([['CVE-2026-14456', 'affected']]);
  });

  test('KEV', () => {
    const none = { knownExploitedSince: null, ransomware: false, dueDate: null, epss: null, ssvc: null };
    const listed = riskOf(7.5, { ...none, knownExploitedSince: 1 });
    expect(Math.max(...[9.8, 9.8, 10].map((severity) => riskOf(severity, none)))).toBeLessThan(listed);
  });
});

/** Through the stores: fed, merged and matched. */
async function matchedInStore(records: readonly ReturnType<typeof recordOf>[], instances: [Instance]) {
  const db = await openTestDatabase<FeedsTables & AdvisoriesTables & MatchingTables & JournalTables>();
  const feeds = createFeedStore(db);
  await syncItems({ store: feeds, items: [...records.map(itemOf), { kind: 'end', cursor: null, complete: true }] });
  const advisories = createAdvisoryStore(db, feeds);
  const clock = { now: () => context.now };
  await advisories.merge({ clock, progress: silentProgress, signal: new AbortController().signal });
  const matcher = createMatcher({ feeds, advisories, store: createMatchStore(db), data: dictionary(), clock });
  return matcher.match({
    channel: 'rolling',
    evaluationId: '1',
    instances: async () => instances,
    scope: { kind: 'all' },
  });
}
