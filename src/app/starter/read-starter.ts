import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readToml, starterError } from './read-toml.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,40}$/);

const StarterFile = z.strictObject({
  organisation: name,
  flake: name,
  systems: z.array(z.string()).min(1),
  channel: z.strictObject({ id: name, description: z.string() }),
  step: z
    .array(z.strictObject({ id: name, how: z.enum(['upstream', 'fix']), to: z.string(), says: z.string() }))
    .min(1),
  consumer: z.array(z.strictObject({ name, locked: name })),
  feeds: z.record(name, z.string()),
});

/** One move of the channel; each ends in a release. */
export interface StarterStep {
  readonly id: string;
  readonly how: 'upstream' | 'fix';
  /** A commit of the history, by the name of its file. */
  readonly to: string;
  /** One sentence for the terminal. */
  readonly says: string;
}

/** A flake that uses the channel: files with places to fill in, see `consumerFiles`. */
export interface StarterConsumer {
  readonly name: string;
  /** The step whose release it is locked to. */
  readonly locked: string;
  readonly flake: string;
  readonly lock: string;
}

/** The world that a first start makes, as `examples/starter` describes it. */
export interface Starter {
  readonly organisation: string;
  readonly flake: string;
  readonly systems: readonly string[];
  readonly channel: { readonly id: string; readonly description: string };
  readonly steps: readonly StarterStep[];
  readonly consumers: readonly StarterConsumer[];
  /** Where each feed's snapshot lies, by the id of its source. */
  readonly feeds: ReadonlyMap<string, string>;
  /** The covered set as files of a workspace, covered since `today`. */
  readonly covered: readonly { readonly name: string; readonly text: string }[];
  /** Folder of `<commit id>.jsonl`: what Nix evaluates at each step. */
  readonly inventories: string;
}

/** Reads the starter world in `dir`. `today` is a date, `2026-11-24`: what the promise to its packages starts from. */
export async function readStarter(dir: string, { today }: { readonly today: string }): Promise<Starter> {
  const file = await readToml(path.join(dir, 'starter.toml'), StarterFile);
  for (const consumer of file.consumer)
    if (!file.step.some((step) => step.id === consumer.locked))
      throw starterError(`starter.toml: ${consumer.name} is locked to ${consumer.locked}, which is no step`);
  const covered = (await readdir(path.join(dir, 'covered'))).filter((entry) => entry.endsWith('.toml')).sort();
  return {
    organisation: file.organisation,
    flake: file.flake,
    systems: file.systems,
    channel: file.channel,
    steps: file.step,
    consumers: await Promise.all(
      file.consumer.map(async (consumer) => {
        const folder = path.join(dir, 'consumers', consumer.name);
        const [flake, lock] = await Promise.all(
          ['flake.nix', 'flake.lock'].map((entry) => readFile(path.join(folder, entry), 'utf8')),
        );
        return { ...consumer, flake: flake ?? '', lock: lock ?? '' };
      }),
    ),
    feeds: new Map(Object.entries(file.feeds).map(([id, place]) => [id, path.join(dir, place)])),
    covered: await Promise.all(
      covered.map(async (entry) => {
        const text = await readFile(path.join(dir, 'covered', entry), 'utf8');
        return { name: entry, text: text.replaceAll('@today@', today) };
      }),
    ),
    inventories: path.join(dir, 'inventories'),
  };
}
