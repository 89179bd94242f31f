const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** At most `max` UTF-16 units, whole graphemes only; what is cut ends in `…`, and never inside an address. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = 0;
  for (const { index, segment } of graphemes.segment(text.slice(0, max + 64))) {
    if (index + segment.length > max - 1) break;
    end = index + segment.length;
  }
  for (const { index, 0: address } of text.matchAll(/https?:\/\/\S+/g))
    if (index < end && index + address.length > end) end = index;
  return `${text.slice(0, end).trimEnd()}…`;
}

/** As many whole lines as fit into `max` units with their line feeds; if not all, the last says how many are left. */
export function fitLines(lines: readonly string[], max: number, more: (left: number) => string): readonly string[] {
  const whole = lines.join('\n');
  if (whole.length <= max) return lines;
  const kept: string[] = [];
  let room = max - more(lines.length).length;
  for (const line of lines) {
    const shown = cutText(line, 300);
    room -= shown.length + 1;
    if (room < 0) break;
    kept.push(shown);
  }
  return [...kept, more(lines.length - kept.length)];
}

/** Without control characters and those that turn the direction of writing: texts of advisories come from anywhere. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}

/** Markdown of chats shows it as it is. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_~[\]()<>#|]/g, String.raw`\$&`);
}

export function moreLines(left: number): string {
  return `… and ${left.toLocaleString('en-GB')} more, see the page`;
}
