/** A percent-encoded text as it is meant; null where it is not properly encoded. */
export function decodedOrNull(text: string): string | null {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
