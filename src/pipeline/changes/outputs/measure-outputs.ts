import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readElf } from '../../../formats/elf/read-elf.ts';
import type { ListedNode } from '../../../formats/nix/nar-listing.ts';
import { createNarReader } from '../../../formats/nix/nar-reader.ts';
import type { NixTool } from '../../../platform/nix-tool/index.ts';
import type { Capability, OutputFacts } from '../detectors/detector.ts';
import { capabilitiesOf, capabilitiesOfPath, isLoaded } from './capabilities.ts';

const mostBytes = 2 * 1024 * 1024 * 1024;
const mostFiles = 200_000;
/** A program that is larger is measured by its size only, and counted. */
const largestProgram = 128 * 1024 * 1024;
const mostNames = 5_000;
const mostCapabilities = 100_000;
const address = /https?:\/\/[a-z0-9.-]{3,200}/gi;

/** What built outputs hold: sizes, and of programs and libraries what they need, call and are hardened with. Nothing of them is run. */
export async function measureOutputs(
  nix: Pick<NixTool, 'dump' | 'sizes'>,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<OutputFacts> {
  const sizes = await nix.sizes({ paths, signal });
  const found = { needed: new Set<string>(), symbols: new Set<string>(), urls: new Set<string>() };
  const capabilities: Capability[] = [];
  let unread = 0;
  let hardening: Set<string> | null = null;
  for (const store of paths)
    for await (const { path: file, isRun, content } of filesOf(nix, store, signal)) {
      if (content === null || capabilities.length >= mostCapabilities) {
        unread += 1;
        continue;
      }
      capabilities.push(...capabilitiesOfPath(file));
      if (content.length === 0) continue;
      const text = content.toString('latin1');
      const elf = readElf(content);
      capabilities.push(...capabilitiesOf(file, text, elf));
      if (isRun) for (const [url] of text.matchAll(address)) add(found.urls, url.toLowerCase());
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
    capabilities,
    unread,
  };
}

function add(names: Set<string>, name: string): void {
  if (names.size < mostNames) names.add(name);
}

interface OutputFile {
  readonly path: string;
  /** It can be run, or is loaded by what runs. */
  readonly isRun: boolean;
  /** Null: it is too large. Empty for what nobody runs or loads. */
  readonly content: Buffer | null;
}

async function* filesOf(nix: Pick<NixTool, 'dump'>, store: string, signal: AbortSignal): AsyncGenerator<OutputFile> {
  const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-output-'));
  try {
    const file = path.join(folder, 'archive');
    await nix.dump({ path: store, into: file, maxBytes: mostBytes, signal });
    const reader = createNarReader({ bytes: mostBytes, entries: mostFiles, depth: 128 });
    for await (const chunk of createReadStream(file)) reader.push(chunk as Buffer);
    const handle = await open(file);
    try {
      for (const [name, { size, narOffset, executable = false }] of regularFiles(store, reader.end().root)) {
        signal.throwIfAborted();
        const head = Buffer.alloc(Math.min(4, size));
        await handle.read(head, 0, head.length, narOffset);
        const isRun = executable || head.toString('latin1') === '\x7fELF';
        const isLooked = isRun || isLoaded(name) || head.toString('latin1', 0, 2) === '#!';
        const isTooLarge = isLooked && size > largestProgram;
        const content = Buffer.alloc(isLooked && !isTooLarge ? size : 0);
        await handle.read(content, 0, content.length, narOffset);
        yield { path: name, isRun, content: isTooLarge ? null : content };
      }
    } finally {
      await handle.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type RegularFile = Extract<ListedNode, { readonly type: 'regular' }>;

/** With their paths in the output; one that is a file itself is called by its name. */
function* regularFiles(store: string, root: ListedNode): Generator<readonly [string, RegularFile]> {
  if (root.type === 'regular') yield [path.basename(store).slice(33), root];
  else yield* filesIn('', root);
}

function* filesIn(folder: string, node: ListedNode): Generator<readonly [string, RegularFile]> {
  if (node.type !== 'directory') return;
  for (const [name, child] of Object.entries(node.entries))
    if (child.type === 'regular') yield [`${folder}${name}`, child];
    else yield* filesIn(`${folder}${name}/`, child);
}
