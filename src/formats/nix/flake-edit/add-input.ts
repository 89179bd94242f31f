import { argumentPlace } from './facts.ts';
import { type FlakeEditOutcome, finishEdit, type Intention } from './finish-edit.ts';
import { type Flake, readFlake } from './flake.ts';
import { after, before, type Edit, inside } from './placement.ts';
import { orRefused, refuse } from './refusal.ts';
import { keywords, literalOf } from './syntax.ts';

const newFlake = `{
  description = "A flake";

  outputs = { ... } @ inputs: { };
}
`;

/** Whether a text can name an input: it is an argument of `outputs`, so it must be an identifier. */
export function isInputName(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]{0,99}$/.test(text) && !keywords.has(text) && text !== 'self';
}

/** The line that says what an edit would have said, to be pasted by hand. */
export function inputLine(name: string, url: string): string {
  return `inputs.${name}.url = ${literalOf(url)};`;
}

/**
 * Gives an input its URL: in the place where it has one, else in a new line above or below the other inputs, and as an
 * argument of `outputs`. A blank text or `{ }` becomes a new flake.
 */
export function addInput(given: {
  readonly text: string;
  readonly name: string;
  readonly url: string;
  readonly at: 'top' | 'bottom';
}): FlakeEditOutcome {
  return orRefused(() => {
    const flake = readFlake(/^\s*(?:\{\s*\}\s*)?$/.test(given.text) ? newFlake : given.text);
    const own = flake.leaves.filter(({ names }) => names[0] === given.name);
    const foreign = own.find(({ names }) => !['url', 'inputs', 'flake'].includes(names[1] ?? ''));
    if (foreign !== undefined) return refuse(conflictText(given.name, foreign.names[1]));
    const url = own.find(({ names }) => names[1] === 'url');
    const stated = { place: ['inputs', given.name, 'url'], text: literalOf(given.url) };
    if (url === undefined) {
      const argument = withArgument(flake, given.name);
      return finishEdit(flake, [withLine(flake, given), ...argument.edits], [stated, ...argument.intentions]);
    }
    if (url.text === null || url.names.length > 2)
      return refuse(`the URL of the input ${given.name} is not a plain string`);
    if (url.text === given.url) return { kind: 'unchanged' };
    return finishEdit(flake, [{ start: url.value.start, end: url.value.end, text: stated.text }], [stated]);
  });
}

function conflictText(name: string, attribute: string | undefined): string {
  if (attribute === undefined) return `the input ${name} is not a plain set that could be edited`;
  return attribute === 'follows'
    ? `the input ${name} already follows another one, and cannot have a URL beside: take \`follows\` out first`
    : `the input ${name} is described by \`${attribute}\`, which a URL would contradict: take it out first`;
}

function withLine(
  flake: Flake,
  given: { readonly name: string; readonly url: string; readonly at: 'top' | 'bottom' },
): Edit {
  const { source, entries, blocks, outputs } = flake;
  const line = inputLine(given.name, given.url);
  const lineIn = (prefix: '' | 'inputs.') => (prefix === '' ? line.slice('inputs.'.length) : line);
  const anchor = given.at === 'top' ? entries[0] : entries.at(-1);
  if (anchor !== undefined) return (given.at === 'top' ? before : after)(source, anchor.binding, lineIn(anchor.prefix));
  const block = given.at === 'top' ? blocks[0] : blocks.at(-1);
  if (block !== undefined) return inside(source, block, lineIn(''));
  if (outputs === null) return refuse('outputs is missing');
  return before(source, outputs.binding, line, 'blank line');
}

/** Makes `outputs` take the input, in the layout of the arguments that it takes already. */
function withArgument(
  { source, outputs }: Flake,
  name: string,
): { readonly edits: readonly Edit[]; readonly intentions: readonly Intention[] } {
  const taken = outputs?.function;
  if (outputs === null || taken === undefined) return refuse('outputs is missing');
  if (taken.kind === 'other') return refuse('outputs is not a function that is written out there');
  if (taken.kind === 'whole' || taken.names.some((argument) => argument.name === name))
    return { edits: [], intentions: [] };
  if (taken.all === name) return refuse(`${name} is the name that outputs gives to all of its arguments`);
  const intentions = [{ place: argumentPlace(name), text: name }];
  const last = taken.names.at(-1);
  if (last !== undefined) {
    const previous = taken.names.at(-2);
    const separator =
      previous === undefined
        ? between(source.text, last.end, taken.rest)
        : between(source.text, previous.end, last.start);
    return { edits: [{ start: last.end, end: last.end, text: `${separator}${name}` }], intentions };
  }
  if (taken.rest === null) return refuse('outputs takes no arguments: `{ }:`');
  return { edits: [{ start: taken.rest, end: taken.rest, text: `${name}, ` }], intentions };
}

/** What separates two arguments if that is a comma and blanks, else the usual. */
function between(text: string, end: number, start: number | null): string {
  const separator = start === null ? '' : text.slice(end, start);
  return /^\s*,\s*$/.test(separator) ? separator : ', ';
}
