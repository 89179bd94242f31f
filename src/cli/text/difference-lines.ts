import { plainText } from '../../platform/log/plain-text.ts';

/** What changes from one text to another, line by line, with a password never shown. Ours are few and near each other. */
export function differenceLines(file: string, before: string, after: string): readonly string[] {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const show = (sign: string) => (line: string) => `  ${sign} ${plainText(line.replace(/(\bpassword\s+)\S+/g, '$1…'))}`;
  return [
    file,
    ...old.slice(start, old.length - end).map(show('-')),
    ...fresh.slice(start, fresh.length - end).map(show('+')),
  ];
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
