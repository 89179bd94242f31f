import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GitRepository } from '../../platform/git/index.ts';
import { initBare } from '../../platform/git/repository.ts';
import type { NixTool } from '../../platform/nix-tool/index.ts';
import { nixForTests } from '../../platform/nix-tool/testing.ts';
import { evaluateChannel } from './index.ts';
import { nameInputs } from './name-inputs.ts';

const nix = await nixForTests();
const systems = ['x86_64-linux', 'aarch64-darwin'];

const packageSet = `{ system ? "none", config ? { }, overlays ? [ ] }:
let
  make = given: derivation { inherit system; name = "\${given.pname}-\${given.version}"; builder = "/bin/sh";
    outputs = given.outputs or [ "out" ]; args = map (patch: "\${patch}") (given.patches or [ ]); } // given // { type = "derivation"; };
in rec {
  xz = make {
    pname = "xz"; version = "5.8.2"; outputs = [ "out" "dev" ];
    src = { type = "derivation"; name = "xz.tar.xz"; urls = [ "https://example.org/xz.tar.xz" ]; outputHash = "sha256-A"; tests = abort "nobody asks"; };
    patches = [ ./pkgs/xz/CVE-2024-1.patch ];
    meta = { description = "Compressor"; broken = abort "nobody asks"; license = { spdxId = "0BSD"; }; maintainers = [ { github = "ada"; } ];
      position = "\${toString ./pkgs/xz}/package.nix:3"; knownVulnerabilities = [ "CVE-2020-1" ];
      identifiers = { function = x: x; cpeParts = { part = "a"; vendor = "tukaani"; product = "xz"; version = "5.8.2"; update = "*"; }; }; };
  };
  thrown = throw "this one is \${"bro" + "ken"}";
  aborted = abort "no way";
  mistyped = make { pname = "x"; version = 1 + "a"; };
  endless = let f = x: 1 + f x; in make { pname = f 1; version = "1"; };
  oddMeta = make { pname = "odd"; version = "1"; meta = { description = throw "x"; license = _: 1; homepage = "https://example.org"; }; };
  set.inner = make { pname = "inner"; version = "2"; };
  onlyLinux = if system == "x86_64-linux" then xz else throw "not on \${system}";
  plain = { a = 1; };
  reads = make { pname = builtins.readFile /etc/passwd; version = "1"; };
  writes = import (derivation { inherit system; name = "x"; builder = "/bin/sh"; });
}`;

let root: string;
let git: GitRepository;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'snowguard-evaluate-'));
  git = await initBare(path.join(root, 'a.git'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function evaluate(files: Readonly<Record<string, string>>, attrs: readonly string[]) {
  if (nix === null) throw new Error('no nix');
  const commitId = await git.writeCommit({
    parent: null,
    edits: Object.entries(files).map(([file, content]) => ({ kind: 'write', path: file, content })),
    text: { message: 'x', authorName: 'Ada', authorEmail: 'ada@example.org', at: 0 },
  });
  return evaluateChannel({ nix, git, commitId, attrs, systems, random: randomBytes });
}

const patch = 'pkgs/xz/CVE-2024-1.patch';

describe.skipIf(nix === null)('with real Nix', () => {
  test('the set is made once a system, however much is asked of it', async () => {
    if (nix === null) return;
    const said: string[] = [];
    const heard: Pick<NixTool, 'evaluate'> = {
      evaluate: ({ onTrace, ...given }) =>
        nix.evaluate({
          ...given,
          onTrace: (line) => {
            if (line.startsWith('made for')) said.push(line);
            onTrace?.(line);
          },
        }),
    };
    const commitId = await git.writeCommit({
      parent: null,
      edits: [
        {
          kind: 'write',
          path: 'default.nix',
          content: `{ system }: builtins.trace "made for \${system}" { a = derivation { inherit system; name = "a"; builder = "b"; }; b = 1; }`,
        },
      ],
      text: { message: 'x', authorName: 'Ada', authorEmail: 'ada@example.org', at: 0 },
    });
    await evaluateChannel({ nix: heard, git, commitId, attrs: ['a', 'b'], systems, random: randomBytes });
    expect(said).toEqual(systems.map((system) => `made for ${system}`));
  });

  test('every attribute gives one answer a system, whatever it does', async () => {
    const attrs = [
      'xz',
      'thrown',
      'aborted',
      'mistyped',
      'endless',
      'oddMeta',
      'set.inner',
      'onlyLinux',
      'plain',
      'none',
      'a..b',
      'reads',
      'writes',
    ];
    const results = await evaluate({ 'default.nix': packageSet, [patch]: 'the fix\n' }, attrs);
    const told = results.map((result) =>
      result.kind === 'instance'
        ? [result.instance.attr, result.instance.system, result.instance.name]
        : [result.attr, result.system, result.how, result.message.slice(0, 40)],
    );
    const failures = (system: string) => [
      ['thrown', system, 'throws', 'this one is broken'],
      ['aborted', system, 'aborts', 'evaluation aborted with the following er'],
      ['mistyped', system, 'aborts', expect.stringContaining('cannot add')],
      ['endless', system, 'aborts', expect.stringMatching(/stack overflow|recursion/)],
    ];
    const rest = (system: string) => [
      ['oddMeta', system, 'odd-1'],
      ['set.inner', system, 'inner-2'],
      system === 'x86_64-linux'
        ? ['onlyLinux', system, 'xz-5.8.2']
        : ['onlyLinux', system, 'throws', `not on ${system}`],
      ['plain', system, 'missing', 'the attribute is not a package'],
      ['none', system, 'missing', 'there is no such attribute'],
      ['a..b', system, 'missing', 'this is not an attribute path'],
      ['reads', system, 'aborts', expect.stringContaining('forbid')],
      ['writes', system, expect.stringMatching(/throws|aborts/), expect.any(String)],
    ];
    expect(told).toEqual(
      systems.flatMap((system) => [['xz', system, 'xz-5.8.2'], ...failures(system), ...rest(system)]),
    );
  });

  test('an instance has all that is known of it', async () => {
    const [xz] = await evaluate({ 'default.nix': packageSet, [patch]: 'the fix\n' }, ['xz']);
    expect(xz).toEqual({
      kind: 'instance',
      instance: {
        attr: 'xz',
        system: 'x86_64-linux',
        pname: 'xz',
        version: '5.8.2',
        name: 'xz-5.8.2',
        drvPath: expect.stringMatching(/^\/nix\/store\/[0-9a-z]{32}-xz-5\.8\.2\.drv$/),
        outputs: { dev: expect.stringMatching(/-xz-5\.8\.2-dev$/), out: expect.stringMatching(/-xz-5\.8\.2$/) },
        sources: [
          { name: 'xz.tar.xz', urls: ['https://example.org/xz.tar.xz'], hash: 'sha256-A', rev: null, tag: null },
        ],
        patches: [{ name: 'CVE-2024-1.patch', urls: [], hash: null, path: patch, content: 'the fix\n' }],
        cpe: [{ part: 'a', vendor: 'tukaani', product: 'xz', version: '5.8.2', update: null }],
        purls: [],
        licences: ['0BSD'],
        maintainers: ['ada'],
        position: 'pkgs/xz/package.nix:3',
        description: 'Compressor',
        homepage: null,
        knownVulnerabilities: ['CVE-2020-1'],
      },
    });
  });

  test('what a package takes in, to be built with and to run with', async () => {
    const set = `{ system, config ? { }, overlays ? [ ] }:
      let
        make = pname: given: derivation ({ inherit system pname; version = "1"; name = "\${pname}-1"; builder = "/bin/sh"; } // given);
        zlib = make "zlib" { outputs = [ "out" "dev" ]; };
        tool = make "tool" { } // { meta.mainProgram = "tool"; };
      in {
        inherit zlib tool; toolAgain = tool;
        app = make "app" { buildInputs = [ zlib.dev ]; nativeBuildInputs = [ tool ./fix.sh ]; propagatedBuildInputs = [ (make "uncovered" { }) ]; };
        odd = make "odd" { } // { buildInputs = [ zlib ]; depsBuildBuild = throw "not these"; };
      }`;
    const results = await evaluate({ 'default.nix': set, 'fix.sh': '' }, ['zlib', 'tool', 'toolAgain', 'app', 'odd']);
    const told = nameInputs(results).flatMap((result) =>
      result.kind === 'instance' && result.instance.system === 'x86_64-linux'
        ? [[result.instance.attr, result.instance.inputs, result.instance.mainProgram]]
        : [],
    );
    expect(told).toEqual([
      ['zlib', undefined, undefined],
      ['tool', undefined, 'tool'],
      ['toolAgain', undefined, 'tool'],
      ['app', { build: ['tool', 'toolAgain'], run: ['zlib'] }, undefined],
      // What cannot be told is left out, and the package is there all the same.
      ['odd', undefined, undefined],
    ]);
  });

  test('a patch that is fetched to be taken back', async () => {
    const set = `{ system, config ? { }, overlays ? [ ] }:
      let
        derive = name: given: derivation ({ inherit system name; builder = "/bin/sh"; } // given);
        fetched = postFetch: derive "fix.patch" { inherit postFetch; };
      in {
        app = derive "app-1" { patches = [
          (fetched "tmpfile=x\\nfilterdiff \\"$out\\"\\n")
          (fetched "filterdiff \\"$out\\"\\ninterdiff \\"$out\\" /dev/null > \\"$tmpfile\\"\\nmv x y")
        ]; };
      }`;
    const [app] = await evaluate({ 'default.nix': set }, ['app']);
    expect(app).toMatchObject({ instance: { patches: [{ name: 'fix.patch' }, { name: 'fix.patch', reverts: true }] } });
    expect(app?.kind === 'instance' && app.instance.patches[0]?.reverts).toBeUndefined();
  });

  test('a flake without inputs gives the same derivation; a system it lacks is said of each package', async () => {
    const flake =
      '{ outputs = { self }: { legacyPackages.x86_64-linux = import ./set.nix { system = "x86_64-linux"; }; }; }';
    const [plain] = await evaluate({ 'default.nix': packageSet, [patch]: 'the fix\n' }, ['xz']);
    const [fromFlake, lacking] = await evaluate({ 'flake.nix': flake, 'set.nix': packageSet, [patch]: 'the fix\n' }, [
      'xz',
    ]);
    expect(fromFlake).toEqual(plain);
    expect(lacking).toMatchObject({
      kind: 'failed',
      system: 'aarch64-darwin',
      message: expect.stringContaining('aarch64-darwin'),
    });
  });

  test.each([
    [{ 'readme.md': '' }, /neither a default.nix nor a flake.nix/],
    [{ 'default.nix': '{ system }: oops' }, /undefined variable 'oops'/],
    [{ 'flake.nix': '{ inputs.x.url = "path:./x"; outputs = _: { }; }' }, /has inputs/],
  ])('a tree that is no package set: %j', async (files, message) => {
    await expect(evaluate(files, ['xz'])).rejects.toMatchObject({
      code: 'catalog.broken-set',
      message: expect.stringMatching(message),
    });
  });
});
