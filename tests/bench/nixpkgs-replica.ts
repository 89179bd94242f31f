import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { textOf } from './file-tree.ts';

/** A bare repository of Nixpkgs' size, made by git fast-import and kept for the next benchmark: the same bytes each time. */
export interface Replica {
  /** `main` has all commits, the newest 150 of them are upstream's step from `before`. */
  readonly directory: string;
  readonly before: string;
  readonly head: string;
}

export const packageCount = 22_000;
const commitCount = 100_000;
export const stepCommits = 150;
/** Counts what this file makes. */
const edition = 2;

export async function nixpkgsReplica(): Promise<Replica> {
  const cache = new URL('../../scripts/test-tools/cache.mjs', import.meta.url).href;
  const { cachedFolder } = (await import(cache)) as {
    readonly cachedFolder: (name: string, fill: (fresh: string) => Promise<void>) => Promise<string>;
  };
  const directory = await cachedFolder(`nixpkgs-replica-${edition}.git`, importHistory);
  const commit = async (reference: string) => {
    const { stdout } = await promisify(execFile)('git', ['--git-dir', directory, 'rev-parse', '--verify', reference]);
    return stdout.trim();
  };
  return { directory, before: await commit(`main~${stepCommits}`), head: await commit('main') };
}

/** Lets a bare repository read the replica's objects, as a mirror that was fetched has those of its past. */
export async function shareObjects(directory: string, replica: Replica): Promise<void> {
  await appendFile(path.join(directory, 'objects/info/alternates'), `${replica.directory}/objects\n`);
}

async function importHistory(directory: string): Promise<void> {
  await promisify(execFile)('git', ['init', '--quiet', '--bare', '--initial-branch=main', directory]);
  const git = spawn('git', ['--git-dir', directory, 'fast-import', '--quiet', '--depth=10'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(git, 'close');
  for (const part of history()) if (!git.stdin.write(part)) await once(git.stdin, 'drain');
  git.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import ended with ${code}`);
}

export function attrOf(at: number): string {
  return `${shards[at % shards.length]}package${at}`;
}

/** `aa`, `ab`, … as in pkgs/by-name. */
const letters = 'abcdefghijklmnopqrstuvwxyz';
const shards = Array.from({ length: 26 * 26 }, (_, at) => `${letters[Math.floor(at / 26)]}${letters[at % 26]}`);

function folderOf(at: number): string {
  const attr = attrOf(at);
  return `pkgs/by-name/${attr.slice(0, 2)}/${attr}`;
}

function* history(): Generator<string> {
  yield* commit(0, 'initial', initialFiles());
  for (let at = 1; at <= commitCount; at++) {
    // Spread over all packages, as a stream of updates is.
    const which = (at * 7_919) % packageCount;
    yield* commit(at, `${attrOf(which)}: 1.${at - 1} -> 1.${at}`, [
      [`${folderOf(which)}/package.nix`, packageFile(which, at)],
    ]);
  }
}

function* commit(at: number, subject: string, files: Iterable<readonly [string, string]>): Generator<string> {
  const person = `Ada <ada@example.org> ${1_600_000_000 + at * 60} +0000`;
  yield `commit refs/heads/main\nmark :${at + 1}\nauthor ${person}\ncommitter ${person}\ndata ${subject.length}\n${subject}\n`;
  if (at > 0) yield `from :${at}\n`;
  for (const [file, content] of files)
    yield `M 100644 inline ${file}\ndata ${Buffer.byteLength(content)}\n${content}\n`;
}

function* initialFiles(): Generator<readonly [string, string]> {
  yield ['default.nix', packageSet];
  for (let at = 0; at < packageCount; at++) {
    yield [`${folderOf(at)}/package.nix`, packageFile(at, 0)];
    yield [
      `${folderOf(at)}/fix.patch`,
      `--- a/file\n+++ b/file\n@@ -1 +1 @@\n-${at}\n+${at + 1}\n${textOf(at, 1_500)}\n`,
    ];
  }
  for (let at = 0; at < 999; at++)
    yield [`nixos/modules/part-${at % 30}/module-${at}.nix`, `# ${textOf(at, 40_000)}\n{ }\n`];
}

const packageSet = `{ system, config ? { }, overlays ? [ ] }:
let
  makeOverridable = f: args: f args // { override = more: makeOverridable f (args // more); };
  checked = meta: builtins.foldl' (seen: key: builtins.seq meta.\${key} seen) meta (builtins.attrNames meta);
  # As many attributes and checks as the standard environment of Nixpkgs gives each package.
  defaults = builtins.listToAttrs (map (name: { inherit name; value = [ ]; }) [
    "buildInputs" "nativeBuildInputs" "propagatedBuildInputs" "propagatedNativeBuildInputs" "depsBuildBuild" "depsBuildTarget"
    "depsHostHost" "depsTargetTarget" "depsBuildBuildPropagated" "depsHostHostPropagated" "depsBuildTargetPropagated"
    "depsTargetTargetPropagated" "configureFlags" "cmakeFlags" "mesonFlags" "makeFlags" "checkFlags" "installFlags"
    "hardeningEnable" "hardeningDisable" "preConfigure" "postInstall" "preBuild" "postBuild" "checkInputs" "installCheckInputs"
  ]) // { strictDeps = true; doCheck = true; doInstallCheck = false; enableParallelBuilding = true; dontStrip = false; };
  stdenv = derivation { name = "stdenv"; inherit system; builder = "/bin/sh"; };
  isWanted = value: value == [ ] || !builtins.any (other: other == null) value;
  mkDerivation = args: let
      own = builtins.removeAttrs args [ "meta" "pname" "version" "inputs" ];
      lists = builtins.filter (name: builtins.isList (all.\${name}) && !isWanted all.\${name}) (builtins.attrNames all);
      all = defaults // own // {
        inherit system stdenv; name = "\${args.pname}-\${args.version}"; builder = "/bin/sh"; args = [ "-e" ./default.nix ];
        buildInputs = map (input: input.outPath) (builtins.filter (input: input ? outPath) args.inputs);
      };
      drv = derivation (if lists == [ ] then all else throw "null among \${toString lists}");
    in drv // { inherit (args) pname version src patches; meta = checked args.meta; };
  callPackage = file: makeOverridable (import file) (builtins.intersectAttrs (builtins.functionArgs (import file)) set);
  fetch = args: derivation {
    inherit system; name = baseNameOf args.url; builder = "builtin:fetchurl"; outputHash = args.hash; outputHashMode = "flat";
    urls = [ args.url ]; } // { urls = [ args.url ]; };
  shards = builtins.attrNames (builtins.readDir ./pkgs/by-name);
  shard = name: map (attr: { name = attr; value = callPackage (./pkgs/by-name + "/\${name}/\${attr}/package.nix"); })
    (builtins.attrNames (builtins.readDir (./pkgs/by-name + "/\${name}")));
  set = { inherit mkDerivation fetch; } // builtins.listToAttrs (builtins.concatMap shard shards);
in set
`;

function packageFile(at: number, version: number): string {
  // Of earlier packages only, so that there is no circle; few, so that a closure stays small.
  const inputs = [1, 7, 49]
    .map((step) => Math.floor(at / 2) - step)
    .filter((other) => other >= 0)
    .map(attrOf);
  return `{ mkDerivation, fetch${inputs.map((name) => `, ${name}`).join('')} }:
mkDerivation {
  pname = "${attrOf(at)}"; version = "1.${version}"; inputs = [ ${inputs.join(' ')} ];
  src = fetch { url = "https://example.org/${attrOf(at)}-1.${version}.tar.gz"; hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; };
  patches = [ ./fix.patch ];
  meta = { description = "Package ${at}"; homepage = "https://example.org/${at}"; license = { spdxId = "MIT"; };
    maintainers = [ { github = "ada"; } ]; position = "\${toString ./package.nix}:2"; };
  # ${textOf(at + version, 900)}
}
`;
}
