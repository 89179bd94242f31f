// Writes examples/starter/inventories anew: what real Nix evaluates at each step of the story, for machines that have none.
// Run it with Node 24 after a change to the package set or its history: node scripts/starter-inventory.mjs
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'smol-toml';
import { readStarter } from '../src/app/starter/read-starter.ts';
import { replayHistory } from '../src/app/starter/replay-history.ts';
import { evaluateChannel } from '../src/pipeline/catalog/index.ts';
import { initBare } from '../src/platform/git/repository.ts';
import { nixForTests } from '../src/platform/nix-tool/testing.ts';

const dir = fileURLToPath(new URL('../examples/starter', import.meta.url));
const starter = await readStarter(dir, { today: '2026-01-01' });
const attrs = starter.covered.flatMap(({ text }) => parse(text).attrs).sort();
const nix = await nixForTests();
if (nix === null) process.exit(1);
const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-starter-'));
try {
  const git = await initBare(path.join(folder, 'upstream.git'));
  const ids = await replayHistory({ git, dir });
  await rm(starter.inventories, { recursive: true, force: true });
  await mkdir(starter.inventories);
  for (const { to } of starter.steps) {
    const commitId = ids.get(to);
    const results = await evaluateChannel({
      nix,
      git,
      commitId,
      attrs,
      systems: starter.systems,
      random: (size) => randomBytes(size),
    });
    const file = path.join(starter.inventories, `${commitId}.jsonl`);
    await writeFile(file, results.map((result) => `${JSON.stringify(lineOf(result))}\n`).join(''));
    console.log(`${to}: ${results.length} answers`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** An answer as a line of an inventory, in the shape of nix-eval-jobs with its sources and patches. */
function lineOf(result) {
  if (result.kind === 'failed') {
    const { attr, system, how, message } = result;
    return { attr, system, kind: how, message };
  }
  const { outputs, sources, patches, cpe, purls, licences, maintainers, ...instance } = result.instance;
  const { position, description, homepage, knownVulnerabilities, mainProgram, ...rest } = instance;
  return withoutEmpty({
    ...rest,
    outputs,
    srcs: sources.map(({ hash, ...source }) => ({ ...source, outputHash: hash })),
    patches: patches.map(({ hash, ...patch }) => ({ ...patch, outputHash: hash })),
    meta: {
      description,
      homepage,
      mainProgram,
      position,
      license: licences,
      maintainers,
      knownVulnerabilities,
      identifiers: { purls, possibleCPEs: cpe.map((cpeParts) => ({ cpeParts })) },
    },
  });
}

function withoutEmpty(value) {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).map(([name, member]) => [name, withoutEmpty(member)]);
  return Object.fromEntries(
    kept.filter(
      ([, member]) =>
        member !== null && member !== undefined && !(typeof member === 'object' && Object.keys(member).length === 0),
    ),
  );
}
