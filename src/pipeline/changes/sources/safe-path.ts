/**
 * A path of an archive as one of a tree: what would lead out of it or into `.git` is written so that it shows, and harms
 * nobody. Empty for the root itself.
 */
export function safePath(name: string): string {
  const names = name.replaceAll('\0', '%00').split('/');
  const plain = names.filter((part) => part !== '' && part !== '.').map(shown);
  return `${name.startsWith('/') && plain.length > 0 ? '%2f/' : ''}${plain.join('/')}`;
}

function shown(part: string): string {
  return part === '..' || part.toLowerCase() === '.git' ? part.replaceAll('.', '%2e') : part;
}
