import { nixString, parseAttrPath } from './attr-path.ts';
import { setOf } from './expression.ts';

/** A Nix expression for one package of a tree on a system, or for its source; null when the attribute is no path. */
export function packageExpression(given: {
  readonly tree: string;
  readonly attr: string;
  readonly system: string;
  readonly part: 'package' | 'source';
}): string | null {
  const names = parseAttrPath(given.attr);
  if (names === null) return null;
  const path = names.map((name) => `.${nixString(name)}`).join('');
  return `let
  ${setOf(given.tree)}
in (setFor ${nixString(given.system)})${path}${given.part === 'source' ? '.src' : ''}`;
}
