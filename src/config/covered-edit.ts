import { isDeepStrictEqual } from 'node:util';
import { parseCoveredFile } from './covered-files.ts';

export type CoveredEdit =
  | { readonly kind: 'edited'; readonly text: string }
  /** Nothing can be done that would surely mean just this: a person has to. */
  | { readonly kind: 'by-hand'; readonly what: string };

const entry = /^(\s*)("(?:[^"\\]|\\.)*")(\s*)(,?)(\s*(?:#.*)?)$/;

/** Adds an attribute to a file's `attrs`, or takes it out, and keeps every other byte. */
export function editCovered(
  text: string,
  given: { readonly file: string; readonly kind: 'add' | 'remove'; readonly attr: string },
): CoveredEdit {
  const { file, kind, attr } = given;
  const by = byHand(given);
  const before = parseCoveredFile(text, file);
  if (before.some((one) => one.attr === attr) === (kind === 'add')) return by;
  const edited = kind === 'add' ? added(text, attr) : removed(text, attr);
  if (edited === null) return by;
  try {
    const after = parseCoveredFile(edited, file);
    const rest = (packages: typeof before) => packages.filter((one) => one.attr !== attr);
    const isRight =
      isDeepStrictEqual(rest(after), rest(before)) && after.length === before.length + (kind === 'add' ? 1 : -1);
    return isRight ? { kind: 'edited', text: edited } : by;
  } catch {
    return by;
  }
}

function byHand({ file, kind, attr }: Parameters<typeof editCovered>[1]): CoveredEdit {
  const line = JSON.stringify(attr);
  const what =
    kind === 'add'
      ? `Write ${line}, into attrs of ${file}`
      : `Take ${line} out of attrs of ${file}, with its [override.…] if it has one`;
  return { kind: 'by-hand', what: `${what}, then: snowguard scan` };
}

function added(text: string, attr: string): string | null {
  const literal = JSON.stringify(attr);
  const place = placeOf(text);
  if (place === null) {
    const [all, head = '', list = '', tail = ''] = oneLine(text) ?? [];
    return all === undefined
      ? null
      : text.replace(
          all,
          () => `${head}${list.trim() === '' ? '' : `${list.replace(/,?\s*$/, '')}, `}${literal}${tail}`,
        );
  }
  const { lines, from, to, ending } = place;
  const entries = lines.slice(from, to).flatMap((line, index) => {
    const [, indent = '', value] = entry.exec(line) ?? [];
    return value === undefined ? [] : [{ at: from + index, indent, value }];
  });
  const next = entries.find(({ value }) => value > literal);
  const last = entries.at(-1);
  const at = next?.at ?? (last === undefined ? to : last.at + 1);
  // The last one may do without its comma, and is the last no more.
  const lined = lines.map((line, index) =>
    next === undefined && index === last?.at ? line.replace(entry, '$1$2,$3$5') : line,
  );
  return lined.toSpliced(at, 0, `${last?.indent ?? '  '}${literal},`).join(ending);
}

function removed(text: string, attr: string): string | null {
  const literal = JSON.stringify(attr);
  const place = placeOf(text);
  if (place !== null) {
    const { lines, from, to, ending } = place;
    const at = lines.findIndex((line, index) => index >= from && index < to && entry.exec(line)?.[2] === literal);
    return at < 0 ? null : lines.toSpliced(at, 1).join(ending);
  }
  const [all, head = '', list = '', tail = ''] = oneLine(text) ?? [];
  if (all === undefined) return null;
  const left = list.split(',').map((value) => value.trim());
  return text.replace(
    all,
    () => `${head}${left.filter((value) => value !== literal && value !== '').join(', ')}${tail}`,
  );
}

/** Where the entries of `attrs` stand, one a line; null where they are written otherwise. */
function placeOf(text: string) {
  const ending = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(ending);
  const head = lines.findIndex((line) => /^\s*attrs\s*=\s*\[\s*(?:#.*)?$/.test(line));
  if (head < 0) return null;
  const from = head + 1;
  const to = lines.findIndex((line, index) => index >= from && /^\s*\]\s*(?:#.*)?$/.test(line));
  const isPlain = (line: string) => entry.test(line) || /^\s*(?:#.*)?$/.test(line);
  return to < 0 || !lines.slice(from, to).every(isPlain) ? null : { lines, from, to, ending };
}

/** `attrs = ["a", "b"]`, of which no value has a comma or a quote in it. */
function oneLine(text: string): RegExpExecArray | null {
  return /^([ \t]*attrs[ \t]*=[ \t]*\[)([^\]\n#\\]*)(\][ \t]*(?:#[^\r\n]*)?)(?=\r?$)/m.exec(text);
}
