/** One value to put in the place of another: `{ path: ['nodes', 'nixpkgs', 'locked', 'rev'], value: '0a1b…' }`. */
export interface JsonReplacement {
  readonly path: readonly string[];
  readonly value: string | number;
}

/**
 * Replaces values inside a JSON text and keeps every other byte. Null where a path leads to nothing, to a list or an
 * object, or where an object on the way names a key twice.
 */
export function replaceJsonValues(text: string, replacements: readonly JsonReplacement[]): string | null {
  const edits = replacements.map(({ path, value }) => ({ span: spanAt(text, path), value: JSON.stringify(value) }));
  let result = text;
  for (const { span, value } of edits.toSorted((a, b) => (b.span?.start ?? 0) - (a.span?.start ?? 0))) {
    if (span === null || /^[[{]/.test(text.slice(span.start, span.end))) return null;
    result = result.slice(0, span.start) + value + result.slice(span.end);
  }
  return result;
}

interface Span {
  readonly start: number;
  /** Behind its last character. */
  readonly end: number;
}

function spanAt(text: string, path: readonly string[]): Span | null {
  let start = afterBlanks(text, 0);
  for (const name of path) {
    const found = membersOf(text, start).filter(({ key }) => key === name);
    const [member] = found;
    if (member === undefined || found.length > 1) return null;
    start = member.start;
  }
  return { start, end: valueEnd(text, start) };
}

/** The members of the object that begins here; none of anything else. The text is known to be JSON. */
function membersOf(text: string, object: number): readonly { readonly key: string; readonly start: number }[] {
  const members: { readonly key: string; readonly start: number }[] = [];
  if (text[object] !== '{') return members;
  let at = afterBlanks(text, object + 1);
  while (text[at] === '"') {
    const keyEnd = stringEnd(text, at);
    const start = afterBlanks(text, afterBlanks(text, keyEnd) + 1);
    members.push({ key: JSON.parse(text.slice(at, keyEnd)) as string, start });
    at = afterBlanks(text, valueEnd(text, start));
    if (text[at] === ',') at = afterBlanks(text, at + 1);
  }
  return members;
}

function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first !== '{' && first !== '[') {
    const rest = /[,\]}\s]|$/g;
    rest.lastIndex = start;
    return rest.exec(text)?.index ?? text.length;
  }
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = stringEnd(text, at) - 1;
    else if (character === '{' || character === '[') depth++;
    else if ((character === '}' || character === ']') && --depth === 0) return at + 1;
  }
  return text.length;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at] ?? '')) at++;
  return at;
}
