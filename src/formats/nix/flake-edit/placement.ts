import type { Source } from './syntax.ts';

/** A replacement of characters of the text as it was read. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function applyEdits(text: string, edits: readonly Edit[]): string {
  // From the end, so that no place moves before it is used.
  return edits
    .toSorted((a, b) => b.start - a.start)
    .reduce((rest, edit) => rest.slice(0, edit.start) + edit.text + rest.slice(edit.end), text);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Above a binding and the comments that speak of it; on the same line where the binding shares its line. */
export function before(source: Source, binding: Span, statement: string, gap: 'none' | 'blank line' = 'none'): Edit {
  const { text } = source;
  if (!beginsLine(text, binding.start)) return insert(binding.start, `${statement} `);
  const newline = newlineAt(text, binding.start);
  const at = lineStart(text, startWithComments(source, binding.start));
  return insert(at, `${indentAt(text, binding.start)}${statement}${newline}${gap === 'none' ? '' : newline}`);
}

/** Below a binding and the comment that ends its line; on the same line where other code follows there. */
export function after(source: Source, binding: Span, statement: string): Edit {
  const { text } = source;
  const lineEnd = beginsLine(text, binding.start) ? endOfLine(source, binding.end) : null;
  if (lineEnd === null) return insert(binding.end, ` ${statement}`);
  return insert(lineEnd, `${indentAt(text, binding.start)}${statement}${newlineAt(text, binding.end)}`);
}

/** Into braces without a binding. */
export function inside(source: Source, braces: Span, statement: string): Edit {
  const { text } = source;
  const close = braces.end - 1;
  if (!beginsLine(text, close)) return insert(close, `${/\s/.test(text[close - 1] ?? '') ? '' : ' '}${statement} `);
  const indent = indentAt(text, close);
  const line = `${indent}${unitOf(source, indent)}${statement}${newlineAt(text, close)}`;
  return insert(lineStart(text, close), line);
}

function insert(at: number, text: string): Edit {
  return { start: at, end: at, text };
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? '';
}

function beginsLine(text: string, at: number): boolean {
  return lineStart(text, at) + indentAt(text, at).length === at;
}

/** How the lines around a place end. */
function newlineAt(text: string, at: number): string {
  const next = text.indexOf('\n', at);
  const end = next < 0 ? text.lastIndexOf('\n') : next;
  return end > 0 && text[end - 1] === '\r' ? '\r\n' : '\n';
}

/** One step of indentation, as the first binding of the file shows it. */
function unitOf({ text, code }: Source, indent: string): string {
  const first = code[1];
  const shown = first !== undefined && beginsLine(text, first.start) ? indentAt(text, first.start) : '';
  return shown !== '' ? shown : indent.includes('\t') ? '\t' : '  ';
}

/** Up over the comments that stand on lines of their own, without a blank line between. */
function startWithComments({ text, tokens }: Source, start: number): number {
  let top = start;
  for (let index = tokens.findIndex((token) => token.start === start) - 1; index >= 0; index--) {
    const token = tokens[index];
    if (token === undefined || (token.kind !== 'space' && token.kind !== 'comment')) break;
    const gap = text.slice(token.start, token.end);
    if (token.kind === 'space' && gap.split('\n').length > 2) break;
    if (token.kind === 'comment' && beginsLine(text, token.start)) top = token.start;
  }
  return top;
}

/** After the line break that follows a place with nothing but blanks and comments between; null where code follows. */
function endOfLine({ text, tokens }: Source, from: number): number | null {
  for (const token of tokens.slice(tokens.findIndex(({ start }) => start === from))) {
    const newline = token.kind === 'space' ? text.indexOf('\n', token.start) : -1;
    if (newline >= 0 && newline < token.end) return newline + 1;
    if (token.kind !== 'space' && token.kind !== 'comment') return null;
  }
  return null;
}
