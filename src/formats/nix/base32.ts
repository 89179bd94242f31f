/**
 * Nix's own base 32, in which store paths and older hashes are written: 20 bytes as `1b9p07z77phvv2hf6gm9f28syp39f1ag`.
 * Digits run from the last five bits to the first. https://nix.dev/manual/nix/latest/protocols/nix32
 */
const digits = '0123456789abcdfghijklmnpqrsvwxyz';

export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  for (let index = Math.ceil((bytes.length * 8) / 5) - 1; index >= 0; index--) {
    const at = Math.floor((index * 5) / 8);
    const pair = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    text += digits[(pair >> ((index * 5) % 8)) & 31];
  }
  return text;
}

/** Null for text that no bytes are written as. */
export function decodeBase32(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  if (Math.ceil((bytes.length * 8) / 5) !== text.length) return null;
  for (let index = 0; index < text.length; index++) {
    const digit = digits.indexOf(text[text.length - 1 - index] ?? '');
    if (digit < 0) return null;
    const at = Math.floor((index * 5) / 8);
    const shifted = digit << ((index * 5) % 8);
    bytes[at] = (bytes[at] ?? 0) | (shifted & 0xff);
    if (shifted <= 0xff) continue;
    if (at + 1 === bytes.length) return null;
    bytes[at + 1] = shifted >> 8;
  }
  return bytes;
}
