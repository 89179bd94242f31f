import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readElf } from '../../../formats/elf/read-elf.ts';
import type { ListedNode } from '../../../formats/nix/nar-listing.ts';
import { createNarReader } from '../../../formats/nix/nar-reader.ts';
import type { NixTool } from '../../../platform/nix-tool/index.ts';
import type { OutputFacts } from '../detectors/detector.ts';

const mostBytes = 2 * 1024 * 1024 * 1024;
const mostFiles = 200_000;
/** A program that is larger is measured by its size only. */
const largestProgram = 128 * 1024 * 1024;
const mostNames = 5_000;
const address = /https?:\/\/[a-z0-9.-]{3,200}/gi;

/** What built outputs hold: sizes, and of programs and libraries what they need, call and are hardened with. Nothing of them is run. */
export async function measureOutputs(
  nix: Pick<NixTool, 'dump' | 'sizes'>,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<OutputFacts> {
  const sizes = await nix.sizes({ paths, signal });
  const found = { needed: new Set<string>(), symbols: new Set<string>(), urls: new Set<string>() };
  let hardening: Set<string> | null = null;
  for (const store of paths)
    for await (const content of programsOf(nix, store, signal)) {
      for (const [url] of content.toString('latin1').matchAll(address)) add(found.urls, url.toLowerCase());
      const elf = readElf(content);
      if (elf === null) continue;
      for (const name of elf.needed) add(found.needed, name);
      for (const name of elf.symbols) add(found.symbols, name);
      // A flag counts where every program has it: the weakest one is what is attacked.
      const own = new Set(elf.hardening);
      const known: Set<string> = hardening ?? own;
      hardening = new Set([...own].filter((flag) => known.has(flag)));
    }
  return {
    ...sizes,
    needed: [...found.needed].sort(),
    symbols: [...found.symbols].sort(),
    urls: [...found.urls].sort(),
    hardening: [...(hardening ?? [])].sort(),
    capabilityRisk: null,
  };
}

function add(names: Set<string>, name: string): void {
  if (names.size < mostNames) names.add(name);
}

/** The contents of files that can be run, or loaded by one that is. */
async function* programsOf(nix: Pick<NixTool, 'dump'>, store: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-output-'));
  try {
    const file = path.join(folder, 'archive');
    await nix.dump({ path: store, into: file, maxBytes: mostBytes, signal });
    const reader = createNarReader({ bytes: mostBytes, entries: mostFiles, depth: 128 });
    for await (const chunk of createReadStream(file)) reader.push(chunk as Buffer);
    const handle = await open(file);
    try {
      for (const { size, narOffset, executable = false } of regularFiles(reader.end().root)) {
        if (size > largestProgram) continue;
        const head = Buffer.alloc(Math.min(4, size));
        await handle.read(head, 0, head.length, narOffset);
        if (!executable && head.toString('latin1') !== '\x7fELF') continue;
        const content = Buffer.alloc(size);
        await handle.read(content, 0, size, narOffset);
        yield content;
      }
    } finally {
      await handle.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function* regularFiles(node: ListedNode): Generator<Extract<ListedNode, { readonly type: 'regular' }>> {
  if (node.type === 'regular') yield node;
  if (node.type === 'directory') for (const entry of Object.values(node.entries)) yield* regularFiles(entry);
}
