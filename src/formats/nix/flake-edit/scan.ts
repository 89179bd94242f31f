import { refuse } from './refusal.ts';

/**
 * The tokens of a Nix text, every character of it in exactly one of them:
 *
 *     inputs.nixpkgs.url = "github:NixOS/nixpkgs"; # ours
 *     word symbol word symbol word space symbol space text symbol space comment
 *
 * A string or an interpolated path is one token with all that is inside it. The rules, the longest match first, are those of
 * https://github.com/NixOS/nix/blob/2.26.3/src/libexpr/lexer.l
 */
export interface Token {
  readonly kind: 'space' | 'comment' | 'word' | 'number' | 'text' | 'uri' | 'path' | 'symbol';
  readonly start: number;
  readonly end: number;
  /** Whether it holds `${…}`. */
  readonly hasHoles: boolean;
}

const maxCharacters = 1024 * 1024;
const maxDepth = 100;

const space = /[ \t\r\n]+/y;
const comment = /#[^\r\n]*|\/\*[\s\S]*?\*\//y;
const word = /[A-Za-z_][\w'-]*/y;
const number = /(?:[1-9]\d*\.\d*|0?\.\d+)(?:[Ee][+-]?\d+)?|\d+/y;
const path = /[\w.+-]*(?:\/[\w.+-]+)+\/?|[\w.+-]*\//y;
const pathRest = /[\w.+/-]*/y;
const otherPath = /~(?:\/[\w.+-]+)+\/?|~\/(?=\$\{)|<[\w.+-]+(?:\/[\w.+-]+)*>/y;
const uri = /[A-Za-z][A-Za-z0-9+.-]*:[\w%/?:@&=+$,.!~*'-]+/y;
const symbol = /\.\.\.|\$\{|->|\/\/|\+\+|==|!=|<=|>=|&&|\|\||<\||\|>|[{}[\]()=;:,@?.+\-*/<>!]/y;

/** Refuses what Nix would not scan, and what is too large or too deep to be a flake somebody wrote. */
export function scanNix(text: string): readonly Token[] {
  if (text.length > maxCharacters) refuse(`the file is larger than ${maxCharacters} characters`);
  const pathRun = runsOf(/[\w.+-]*/y);
  const schemeRun = runsOf(/[A-Za-z0-9+.-]*/y);
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const token = next(at, 0);
    tokens.push(token);
    at = token.end;
  }
  return tokens;

  function next(at: number, depth: number): Token {
    const simple = (kind: Token['kind'], end: number): Token => ({ kind, start: at, end, hasHoles: false });
    if (text[at] === '"') return { kind: 'text', start: at, ...quoted(at + 1, depth) };
    if (text.startsWith("''", at)) return { kind: 'text', start: at, ...indented(at + 2, depth) };
    const blank = ends(space, at);
    if (blank > at) return simple('space', blank);
    const remark = ends(comment, at);
    if (remark > at) return simple('comment', remark);
    if (text.startsWith('/*', at)) return refuse(`a comment that begins ${place(at)} does not end`);
    // Each candidate's start is the same, so the longest is the one that ends last; of equals the first.
    const candidates = [
      simple('word', ends(word, at)),
      simple('number', ends(number, at)),
      simple('path', Math.max(startsPath(at) ? ends(path, at) : at, ends(otherPath, at))),
      simple('uri', startsUri(at) ? ends(uri, at) : at),
      simple('symbol', ends(symbol, at)),
    ];
    const longest = candidates.reduce((best, one) => (one.end > best.end ? one : best));
    if (longest.end === at) return refuse(`${JSON.stringify(text[at])} ${place(at)} is nothing that Nix knows`);
    return longest.kind === 'path' && text[longest.end - 1] !== '>' ? wholePath(longest, depth) : longest;
  }

  function ends(pattern: RegExp, at: number): number {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : at;
  }

  // Looked at before the expression is tried, so that a long run without a slash is not walked once for each of its words.
  function startsPath(at: number): boolean {
    const slash = pathRun(at);
    return text[slash] === '/' && (/[\w.+-]/.test(text[slash + 1] ?? '') || text.startsWith('${', slash + 1));
  }

  function startsUri(at: number): boolean {
    const colon = schemeRun(at);
    return text[colon] === ':' && /[\w%/?:@&=+$,.!~*'-]/.test(text[colon + 1] ?? '');
  }

  /** Where the run of characters around a place ends; asked for ascending places. */
  function runsOf(pattern: RegExp): (at: number) => number {
    let known = { start: 0, end: -1 };
    return (at) => {
      if (at < known.start || at > known.end) known = { start: at, end: ends(pattern, at) };
      return known.end;
    };
  }

  function wholePath(start: Token, depth: number): Token {
    let { end } = start;
    while (text.startsWith('${', end)) end = ends(pathRest, hole(end, depth));
    return { ...start, end, hasHoles: end > start.end };
  }

  function quoted(from: number, depth: number): { readonly end: number; readonly hasHoles: boolean } {
    let hasHoles = false;
    for (let at = from; at < text.length; ) {
      if (text[at] === '"') return { end: at + 1, hasHoles };
      if (text[at] === '\\') at += 2;
      else if (text.startsWith('${', at)) {
        at = hole(at, depth);
        hasHoles = true;
      } else at += text[at] === '$' && !/["\\]/.test(text[at + 1] ?? '"') ? 2 : 1;
    }
    return refuse(`a string that begins ${place(from - 1)} does not end`);
  }

  function indented(from: number, depth: number): { readonly end: number; readonly hasHoles: boolean } {
    let hasHoles = false;
    for (let at = from; at < text.length; ) {
      if (text.startsWith("''", at)) {
        const after = text[at + 2];
        if (after === '\\') at += 4;
        else if (after === '$' || after === "'") at += 3;
        else return { end: at + 2, hasHoles };
      } else if (text.startsWith('${', at)) {
        at = hole(at, depth);
        hasHoles = true;
      } else at += text[at] === '$' && text[at + 1] !== "'" ? 2 : 1;
    }
    return refuse(`a string that begins ${place(from - 2)} does not end`);
  }

  /** From `${` to after the brace that closes it. */
  function hole(start: number, depth: number): number {
    if (depth === maxDepth) return refuse(`strings ${place(start)} lie more than ${maxDepth} deep in each other`);
    let open = 1;
    for (let at = start + 2; at < text.length; ) {
      const token = next(at, depth + 1);
      at = token.end;
      const sign = text.slice(token.start, token.end);
      if (token.kind === 'symbol' && (sign === '{' || sign === '${')) open++;
      if (token.kind === 'symbol' && sign === '}' && --open === 0) return at;
    }
    return refuse(`an interpolation that begins ${place(start)} does not end`);
  }

  function place(at: number): string {
    return `in line ${text.slice(0, at).split('\n').length}`;
  }
}
