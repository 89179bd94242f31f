/**
 * Passwords by host, as Nix, curl and git read them:
 *
 *     machine sets.example.com
 *       login token
 *       password sgt_4nX…
 *
 * https://everything.curl.dev/usingcurl/netrc.html
 *
 * Edits keep every other byte. Only a host name matches: one with a port never does.
 */
export interface NetrcEntry {
  readonly host: string;
  readonly login: string;
  readonly password: string;
}

export function netrcPassword(text: string, host: string): string | null {
  const entry = entriesOf(text).find((each) => each.host === host);
  return entry === undefined ? null : (fieldOf(text.slice(entry.start, entry.end), 'password') ?? null);
}

/** Puts the entry in, in place of one for the same host; before a `default`, which ends the search. */
export function withNetrcEntry(text: string, { host, login, password }: NetrcEntry): string {
  const written = `machine ${host}\n  login ${login}\n  password ${password}\n`;
  const entries = entriesOf(text);
  const known = entries.find((each) => each.host === host);
  if (known !== undefined) return `${text.slice(0, known.start)}${written}${text.slice(known.end)}`;
  const fallback = entries.find((each) => each.host === null);
  if (fallback !== undefined) return `${text.slice(0, fallback.start)}${written}${text.slice(fallback.start)}`;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${written}`;
}

export function withoutNetrcEntry(text: string, host: string): string {
  const known = entriesOf(text).find((each) => each.host === host);
  return known === undefined ? text : text.slice(0, known.start) + text.slice(known.end);
}

interface Entry {
  /** Null for `default`. */
  readonly host: string | null;
  readonly start: number;
  /** Where the next entry, a comment line or a macro before it begins. */
  readonly end: number;
}

/** A macro runs to the next empty line; a comment takes its line, but a password may begin with `#`. */
function entriesOf(text: string): readonly Entry[] {
  const entries: { host: string | null; start: number; end: number }[] = [];
  let open: { host: string | null; start: number; end: number } | null = null;
  const token = /macdef[^\n]*\n(?:[^\n]+\n)*|(?<=^|\n)[ \t]*#[^\n]*|\S+/g;
  const next = () => token.exec(text);
  for (let found = next(); found !== null; found = next()) {
    const [word] = found;
    if (word.trimStart().startsWith('#') || word.startsWith('macdef')) continue;
    if (word === 'machine' || word === 'default') {
      const name = word === 'machine' ? (next()?.[0] ?? '') : null;
      open = { host: name, start: found.index, end: lineEnd(text, token.lastIndex) };
      entries.push(open);
      continue;
    }
    if (open === null || !['login', 'password', 'account'].includes(word)) continue;
    next();
    open.end = lineEnd(text, token.lastIndex);
  }
  return entries;
}

/** Behind the line feed, when nothing but blanks is before it. */
function lineEnd(text: string, at: number): number {
  return at + (/^[ \t]*\r?\n/.exec(text.slice(at))?.[0].length ?? 0);
}

function fieldOf(entry: string, name: string): string | undefined {
  return new RegExp(String.raw`(?:^|\s)${name}\s+(\S+)`).exec(entry)?.[1];
}
