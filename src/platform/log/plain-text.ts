/** The same of a text of several lines, such as a diff: they and their tabs stay. */
export function plainLines(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]|[\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

/** Text from outside as a terminal may show it: one line, no escape sequences, no control or direction characters. */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trimEnd();
}
