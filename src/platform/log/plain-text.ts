/** Text from outside as a terminal may show it: one line, no escape sequences, no control or direction characters. */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trimEnd();
}
