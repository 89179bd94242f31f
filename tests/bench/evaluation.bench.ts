import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { evaluateTree } from '../../src/pipeline/catalog/evaluate-channel.ts';
import { nixForTests } from '../../src/platform/nix-tool/testing.ts';
import type { Benchmark } from './measure.ts';

const count = 300;
const system = 'x86_64-linux';
const attrs = Array.from({ length: count }, (_, at) => `package${at}`);

export const benchmark: Benchmark = {
  title: 'evaluation of a covered set',
  runs: 5,
  prepare: async (folder) => {
    const nix = await nixForTests();
    if (nix === null) return { missing: 'no Nix' };
    const tree = await realpath(folder);
    await writePackageSet(tree);
    const ours = async () => {
      const evaluated = await evaluateTree({ nix, tree, attrs, systems: [system], random: randomBytes });
      return evaluated.map((result) => (result.kind === 'instance' ? result.instance.drvPath : result.message));
    };
    const expression = `let set = import ${tree} { system = "${system}"; };
      in map (name: set.\${name}.drvPath) (builtins.fromJSON ''${JSON.stringify(attrs)}'')`;
    const floor = async () => {
      const { stdout } = await promisify(execFile)(
        nix.program,
        [
          'eval',
          '--extra-experimental-features',
          'nix-command',
          '--impure',
          '--read-only',
          '--json',
          '--expr',
          expression,
        ],
        { env: nix.environment, maxBuffer: 1e8 },
      );
      return JSON.parse(stdout) as unknown;
    };
    return {
      input: `${count} packages with sources, patches and meta`,
      ours: { name: 'evaluateTree, all facts', run: ours },
      floor: { name: 'one nix eval, drvPath only', run: floor },
    };
  },
};

/** Packages built as Nixpkgs builds them: each file a function of others, merged, overridable, with patches and meta. */
async function writePackageSet(tree: string): Promise<void> {
  await writeFile(
    path.join(tree, 'default.nix'),
    `{ system, config ? { }, overlays ? [ ] }:
let
  makeOverridable = f: args: f args // { override = more: makeOverridable f (args // more); };
  checked = meta: builtins.foldl' (seen: key: builtins.seq meta.\${key} seen) meta (builtins.attrNames meta);
  mkDerivation = args: let
      drv = derivation (builtins.removeAttrs args [ "meta" "pname" "version" "inputs" ] // {
        inherit system; name = "\${args.pname}-\${args.version}"; builder = "/bin/sh";
        inputs = map (input: input.outPath) args.inputs;
      });
    in drv // { inherit (args) pname version src patches; meta = checked args.meta; };
  callPackage = file: makeOverridable (import file) (builtins.intersectAttrs (builtins.functionArgs (import file)) set);
  set = { inherit mkDerivation; fetch = args: derivation {
    inherit system; name = baseNameOf args.url; builder = "builtin:fetchurl"; outputHash = args.hash; outputHashMode = "flat";
    urls = [ args.url ]; } // { urls = [ args.url ]; }; }
    // builtins.listToAttrs (map (name: { inherit name; value = callPackage (./packages + "/\${name}/package.nix"); })
      (builtins.attrNames (builtins.readDir ./packages)));
in set`,
  );
  for (let at = 0; at < count; at++) {
    const folder = path.join(tree, 'packages', `package${at}`);
    await mkdir(folder, { recursive: true });
    const inputs = [1, 2, 3]
      .map((step) => at - step * step)
      .filter((other) => other >= 0)
      .map((other) => `package${other}`);
    await writeFile(path.join(folder, 'fix.patch'), `--- a/file\n+++ b/file\n@@ -1 +1 @@\n-${at}\n+${at + 1}\n`);
    await writeFile(
      path.join(folder, 'package.nix'),
      `{ mkDerivation, fetch${inputs.map((name) => `, ${name}`).join('')} }:
mkDerivation {
  pname = "package${at}"; version = "1.${at}"; inputs = [ ${inputs.join(' ')} ];
  src = fetch { url = "https://example.org/package${at}-1.${at}.tar.gz"; hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; };
  patches = [ ./fix.patch ];
  meta = { description = "Package ${at}"; homepage = "https://example.org/${at}"; license = { spdxId = "MIT"; };
    maintainers = [ { github = "ada"; } ]; position = "\${toString ./package.nix}:2"; };
}`,
    );
  }
}
