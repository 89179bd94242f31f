/**
 * Settings of Nix, one a line:
 *
 *     extra-substituters = https://sets.example.com/cache/acme
 *     extra-trusted-public-keys = sets-1:A6EH…
 *     netrc-file = /home/ada/.config/nix/netrc
 *
 * https://nix.dev/manual/nix/latest/command-ref/conf-file
 *
 * Edits keep every other byte: lists gain or lose one word, a line that is left without any goes.
 */
export type NixConfList = 'extra-substituters' | 'extra-trusted-public-keys';

/** Adds a word to a list, on the last line that sets it, or on a line of its own; again changes nothing. */
export function withListItem(text: string, name: NixConfList, item: string): string {
  const lines = linesOf(text, name);
  if (lines.some(({ words }) => words.includes(item))) return text;
  const last = lines.at(-1);
  if (last === undefined) return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${name} = ${item}\n`;
  return `${text.slice(0, last.valueEnd)} ${item}${text.slice(last.valueEnd)}`;
}

export function withoutListItem(text: string, name: NixConfList, item: string): string {
  return linesOf(text, name)
    .toReversed()
    .reduce((rest, { start, end, valueStart, valueEnd, words }) => {
      if (!words.includes(item)) return rest;
      const left = words.filter((word) => word !== item);
      if (left.length === 0) return rest.slice(0, start) + rest.slice(end);
      return `${rest.slice(0, valueStart)}${left.join(' ')}${rest.slice(valueEnd)}`;
    }, text);
}

/** What a setting is, by the last line that sets it; null where none does. */
export function settingIn(text: string, name: string): string | null {
  return linesOf(text, name).at(-1)?.words.join(' ') ?? null;
}

/** Sets what is not set; what is set stays. */
export function withSetting(text: string, name: string, value: string): string {
  if (settingIn(text, name) !== null) return text;
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${name} = ${value}\n`;
}

/** Takes the lines away that set exactly this. */
export function withoutSetting(text: string, name: string, value: string): string {
  return linesOf(text, name)
    .toReversed()
    .reduce(
      (rest, { start, end, words }) => (words.join(' ') === value ? rest.slice(0, start) + rest.slice(end) : rest),
      text,
    );
}

interface Line {
  readonly start: number;
  /** Behind the line feed. */
  readonly end: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly words: readonly string[];
}

function linesOf(text: string, name: string): readonly Line[] {
  const found: Line[] = [];
  const pattern = /^([ \t]*([a-z0-9-]+)[ \t]*=[ \t]*)([^#\r\n]*?)([ \t]*(?:#[^\r\n]*)?)(?:\r?\n|$)/gm;
  for (const match of text.matchAll(pattern)) {
    const [whole, before = '', key, value = ''] = match;
    if (key !== name) continue;
    const valueStart = match.index + before.length;
    found.push({
      start: match.index,
      end: match.index + whole.length,
      valueStart,
      valueEnd: valueStart + value.length,
      words: value.split(/\s+/).filter(Boolean),
    });
  }
  return found;
}
