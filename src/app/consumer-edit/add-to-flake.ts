import { addInput, inputLine, isInputName, readInputs } from '../../formats/nix/flake-edit/index.ts';
import { AppError } from '../../foundation/errors.ts';
import { readFlakeFile } from './flake-file.ts';
import { type FlakeChange, finish, textAfter } from './outcome.ts';
import { lineOfVersion, publishedUrl } from './published-url.ts';
import { openRegistry, type RegistryQuestion } from './registry.ts';
import { readWanted } from './wanted-input.ts';

const addErrors = {
  none: { code: 'registry.none', retryable: false },
  name: { code: 'usage.input-name', retryable: false },
} as const;

/** Makes a flake.nix take one input: a flake of the server, or any other by its URL. */
export async function addToFlake(given: {
  readonly wanted: string;
  readonly inputName: string | undefined;
  readonly flakePath: string;
  readonly at: 'top' | 'bottom';
  readonly dryRun: boolean;
  /** Asked only when a flake of it is wanted. */
  readonly registry: () => Promise<RegistryQuestion>;
}): Promise<FlakeChange> {
  const [file, target] = await Promise.all([readFlakeFile(given.flakePath), targetOf(given)]);
  const { name } = target;
  if (!isInputName(name))
    throw new AppError(addErrors.name, `${JSON.stringify(name)} cannot be the name of an input`, {
      hint: 'Give one with --input-name: a letter, then letters, digits, - and _.',
    });
  const read = readInputs(file.text ?? '');
  const present = read.kind === 'inputs' ? read.inputs.find((input) => input.name === name) : undefined;
  // Nix takes an address without a suffix for a single file where the input is not a flake.
  const url = present?.isFlake === false ? `${target.url}${target.suffix}` : target.url;
  const outcome = addInput({ text: file.text ?? '', name, url, at: given.at });
  const text = textAfter(file, outcome, [inputLine(name, url), `and ${name} as an argument of outputs.`]);
  return finish(file, {
    text,
    changes: outcome.kind === 'edited' ? [{ input: name, from: present?.url ?? null, to: url }] : [],
    left: [],
    dryRun: given.dryRun,
  });
}

interface Target {
  readonly name: string;
  readonly url: string;
  /** What makes the address name an archive. */
  readonly suffix: string;
}

async function targetOf(
  given: Pick<Parameters<typeof addToFlake>[0], 'wanted' | 'inputName' | 'registry'>,
): Promise<Target> {
  const wanted = readWanted(given.wanted);
  if (wanted.kind === 'url') {
    const name = given.inputName ?? wanted.name;
    if (name === null)
      throw new AppError(addErrors.name, `the address ${wanted.url} does not say what the input is called`, {
        hint: 'Give its name with --input-name.',
      });
    return { name, url: wanted.url, suffix: '' };
  }
  const registry = await openRegistry(await given.registry());
  const found = await registry.find(wanted.flake, wanted.range);
  if (found.kind === 'none')
    throw new AppError(addErrors.none, found.reason, {
      hint: `"snowguard list --server ${registry.server}" shows what is published there.${
        registry.isSignedIn ? '' : ` A private flake is there after "snowguard login ${registry.server}".`
      }`,
    });
  const { release } = found;
  const url = publishedUrl(
    registry.server,
    { organisation: release.org, flake: release.project },
    wanted.range ?? lineOfVersion(release.version),
  );
  return { name: given.inputName ?? release.project, url, suffix: '.tar.gz' };
}
