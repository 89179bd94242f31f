import { nixString, parseAttrPath } from './attr-path.ts';
import { setOf } from './expression.ts';

/** A Nix expression for one package of a tree on a system, for its source, or for the list of its own tests; null when the attribute is no path. */
export function packageExpression(given: {
  readonly tree: string;
  readonly attr: string;
  readonly system: string;
  readonly part: 'package' | 'source' | 'tests';
}): string | null {
  const names = parseAttrPath(given.attr);
  if (names === null) return null;
  const path = names.map((name) => `.${nixString(name)}`).join('');
  return `let
  ${setOf(given.tree)}
  package = (setFor ${nixString(given.system)})${path};
in ${parts[given.part]}`;
}

// Tests that are sets of tests again are machines of NixOS, which need more than a sandbox.
const parts = {
  package: 'package',
  source: 'package.src',
  tests:
    'builtins.filter (test: builtins.isAttrs test && (test.type or null) == "derivation") (builtins.attrValues (package.passthru.tests or package.tests or { }))',
} as const;
