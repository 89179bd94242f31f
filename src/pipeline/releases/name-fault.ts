/** Why something cannot be the name of an organisation or a flake; null when it can. */
export function nameFault(name: string): { readonly reason: string; readonly hint: string } | null {
  const fine =
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name) && name.toLowerCase() !== 'pinned' && !name.endsWith('.tar.gz');
  if (fine) return null;
  return {
    reason: `${JSON.stringify(name.slice(0, 100))} cannot be the name of an organisation or a flake`,
    hint: 'Use letters, digits, dots, dashes and underscores; the word "pinned" is reserved.',
  };
}
