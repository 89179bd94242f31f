import { refuse } from './refusal.ts';
import { scanNix, type Token } from './scan.ts';

/** A text with its tokens; `code` is those that mean something to Nix. */
export interface Source {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly code: readonly Token[];
}

/** An expression: `from` and `to` are its tokens in `code`, `start` and `end` its characters. */
export interface Value {
  /** `set` is `{ … }` as it stands there; a `text` is a string or URI without interpolation. */
  readonly kind: 'set' | 'text' | 'other';
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** `a."b".c = value;`, from its first name to after its semicolon. */
export interface Binding {
  readonly names: readonly string[];
  readonly start: number;
  /** After the last name. */
  readonly namesEnd: number;
  readonly end: number;
  readonly value: Value;
}

export const keywords: ReadonlySet<string> = new Set([
  'if',
  'then',
  'else',
  'assert',
  'with',
  'let',
  'in',
  'rec',
  'inherit',
]);

export function sourceOf(text: string): Source {
  const tokens = scanNix(text);
  return { text, tokens, code: tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment') };
}

/** The text of a token of `code`; empty after the last. */
export function wordAt({ text, code }: Source, index: number): string {
  const token = code[index];
  return token === undefined ? '' : text.slice(token.start, token.end);
}

/** A part of the text on one short line, to be shown to who wrote it. */
export function snippet({ text }: Source, { start, end }: { readonly start: number; readonly end: number }): string {
  const line = text
    .slice(start, Math.min(end, start + 400))
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length > 50 ? `${line.slice(0, 49)}…` : line;
}

/**
 * The expression from a token up to one of the characters `stops` that belongs to no bracket, `let` or `with` inside it;
 * without stops up to the end of the text.
 */
export function valueAt(source: Source, from: number, stops: string): Value {
  const closers: string[] = [];
  let firstClose = -1;
  let at = from;
  for (; at < source.code.length; at++) {
    const sign = source.code[at]?.kind === 'text' ? '' : wordAt(source, at);
    if (closers.length === 0 && sign !== '' && stops.includes(sign)) break;
    const closer = closerOf(sign, wordAt(source, at + 1));
    if (closer !== null) closers.push(closer);
    else if (sign === closers.at(-1)) {
      closers.pop();
      if (closers.length === 0 && firstClose < 0) firstClose = at;
    } else if (/^(?:[)}\]]|in)$/.test(sign))
      return refuse(`${lineOf(source, at)}: ${sign} closes nothing, or a semicolon is missing before it`);
  }
  const [first, last] = [source.code[from], source.code[at - 1]];
  if (first === undefined || last === undefined || at === from)
    return refuse(`${lineOf(source, from)}: a value is missing`);
  if (closers.length > 0 || (stops !== '' && at === source.code.length))
    return refuse(`${lineOf(source, from)}: this expression does not end`);
  const isText = at === from + 1 && (first.kind === 'text' || first.kind === 'uri') && !first.hasHoles;
  const isSet = wordAt(source, from) === '{' && firstClose === at - 1;
  return { kind: isText ? 'text' : isSet ? 'set' : 'other', from, to: at, start: first.start, end: last.end };
}

function closerOf(sign: string, after: string): string | null {
  switch (sign) {
    case '{':
    case '${':
      return '}';
    case '(':
      return ')';
    case '[':
      return ']';
    case 'let':
      // The old `let { … }` has no `in`.
      return after === '{' ? null : 'in';
    case 'with':
    case 'assert':
      return ';';
    default:
      return null;
  }
}

/** What stands between the braces of a set; `inherit` and computed names are refused. */
export function bindingsOf(source: Source, set: Pick<Value, 'from' | 'to'>): readonly Binding[] {
  const bindings: Binding[] = [];
  for (let at = set.from + 1; at < set.to - 1; ) {
    const { names, next } = namesAt(source, at);
    if (wordAt(source, next) !== '=') return refuse(`${lineOf(source, next)}: = is missing after ${names.join('.')}`);
    const value = valueAt(source, next + 1, ';');
    bindings.push({
      names,
      start: source.code[at]?.start ?? 0,
      namesEnd: source.code[next - 1]?.end ?? 0,
      end: source.code[value.to]?.end ?? 0,
      value,
    });
    at = value.to + 1;
  }
  return bindings;
}

function namesAt(source: Source, from: number): { readonly names: readonly string[]; readonly next: number } {
  const names: string[] = [];
  for (let at = from; ; at += 2) {
    const token = source.code[at];
    const word = wordAt(source, at);
    if (token?.kind === 'word' && !keywords.has(word)) names.push(word);
    else if (token?.kind === 'text' && !token.hasHoles && word.startsWith('"')) names.push(plainTextOf(word) ?? '');
    else if (word === 'inherit') return refuse(`${lineOf(source, at)}: "inherit" takes names from elsewhere`);
    else if (word === '${' || token?.hasHoles === true) return refuse(`${lineOf(source, at)}: a name is computed`);
    else
      return refuse(`${lineOf(source, at)}: a name is expected, not ${snippet(source, token ?? { start: 0, end: 0 })}`);
    if (wordAt(source, at + 1) !== '.') return { names, next: at + 1 };
  }
}

/** What a string or URI says; null for an indented string of several lines or with escapes. */
export function plainTextOf(literal: string): string | null {
  if (literal.startsWith('"'))
    return literal
      .slice(1, -1)
      .replaceAll(/\r\n?/g, '\n')
      .replaceAll(/\\([\s\S])/g, (_, sign: string) => ({ n: '\n', r: '\r', t: '\t' })[sign] ?? sign);
  if (!literal.startsWith("''")) return literal;
  const inside = literal.slice(2, -2);
  return /\n|''/.test(inside) ? null : inside.replace(/^ +/, '');
}

/** A string literal; `${` and quotes in it mean themselves. */
export function literalOf(text: string): string {
  return `"${text.replaceAll(/["\\]|\$(?=\{)/g, '\\$&')}"`;
}

export function lineOf({ text, code }: Source, index: number): string {
  return `line ${text.slice(0, code[index]?.start ?? text.length).split('\n').length}`;
}
