import type { Instance } from '../catalog/index.ts';
import { plainName } from '../feeds/index.ts';
import { type Scope, scopeOf } from './scope-of.ts';

/** What a package's own words say of its identity. */
export interface PackageNames {
  /** Names that a product may go by, plain, the nearest first. */
  readonly names: readonly string[];
  /** The purl type of the language whose set the package lies in: it is no other product of that name. */
  readonly ecosystem: string | null;
  /** `esr` and its like; null is the ordinary edition. */
  readonly edition: string | null;
  readonly scope: Scope;
}

const setTypes: readonly (readonly [RegExp, string])[] = [
  [/^(?:python\d*|pypy\d*)Packages\./, 'pypi'],
  [/^perl\d*Packages\./, 'cpan'],
  [/^(?:haskell|ghc\d*)Packages\b.*\./, 'hackage'],
  [/^haskell\.packages\./, 'hackage'],
  [/^ruby(?:_[\d_]+|Packages\w*)\./, 'gem'],
  [/^(?:rubyPackages\w*|bundledGems)\./, 'gem'],
  [/^node(?:js)?Packages\w*\./, 'npm'],
  [/^(?:lua|luajit)[\w]*Packages\./, 'luarocks'],
  [/^ocaml(?:-ng\.[\w]+|Packages\w*)\./, 'opam'],
  [/^rPackages\./, 'cran'],
  [/^rustPackages\.|^crates?\./, 'cargo'],
  [/^(?:emacs\w*Packages|vimPlugins|vscode-extensions|php\w*Extensions|gnomeExtensions|kodiPackages)\./, 'plugin'],
];
const nameTypes: readonly (readonly [RegExp, string])[] = [
  [/^(?:python|pypy)\d+\.\d+-/, 'pypi'],
  [/^perl\d+\.\d+\.\d+-/, 'cpan'],
  [/^ruby\d+\.\d+(?:\.\d+)?-/, 'gem'],
  [/^lua(?:jit)?\d+\.\d+(?:\.\d+)?-/, 'luarocks'],
  [/^ocaml\d+\.\d+(?:\.\d+)?-/, 'opam'],
  [/^(?:emacs|vimplugin|vscode-extension|php)-(?=[a-z])/, 'plugin'],
];
/** How any of these begins: most names do not, and there are many. */
const languageName = /^(?:py|perl|ruby|lua|ocaml|emacs|vim|vscode|php)/;
const suffixes =
  /(?:-(?:unwrapped|wrapper|wrapped|bin|minimal|full|headless|interactive|static|esr|with-\w+|nox|cli|lts|jre|static-[\w-]+)|_\d+(?:_\d+)*)+$/;

function namesIn(bare: string, short: string): readonly string[] {
  if (short === bare || short === '') return bare === '' ? [] : [bare];
  return bare === '' ? [short] : [bare, short];
}

/** Records have an edition as such, or as a product of its own: `firefox_esr`, which Nixpkgs has as `firefox` in version `140.1.0esr`. */
function namesOfEdition(names: readonly string[], edition: string): readonly string[] {
  const ending = `_${edition}`;
  return [...new Set(names.flatMap((name) => (name.endsWith(ending) ? [name] : [name, `${name}${ending}`])))];
}

function isEsr(pname: string, version: string): boolean {
  return (
    (/esr/i.test(pname) || /esr/i.test(version)) &&
    /(?:^|[-_.\d])esr(?:$|[-_.\d])/i.test(`${pname} ${version}`.replace(' ', '-'))
  );
}

export function namesOf(instance: Pick<Instance, 'attr' | 'pname' | 'name' | 'version'>): PackageNames {
  const { attr, pname, name } = instance;
  const mayTell = languageName.test(pname) || languageName.test(name);
  const byName = mayTell ? (nameTypes.find(([shape]) => shape.test(pname) || shape.test(name)) ?? null) : null;
  const bySet = attr.includes('.') ? setTypes.find(([shape]) => shape.test(attr))?.[1] : undefined;
  const ecosystem = bySet ?? byName?.[1] ?? null;
  const bare = byName === null ? pname : pname.replace(byName[0], '');
  const short = bare.replace(suffixes, '');
  const names = namesIn(plainName(bare), plainName(short));
  const edition = isEsr(pname, instance.version) ? 'esr' : null;
  return {
    names: edition === null ? names : namesOfEdition(names, edition),
    ecosystem,
    edition,
    scope: scopeOf(instance),
  };
}

/** Whether a mapping of the team under this name speaks of the package. */
export function isMappedBy(name: string, instance: Pick<Instance, 'attr' | 'pname' | 'name' | 'version'>): boolean {
  const [plain, own] = [plainName(name), [instance.attr, instance.pname].map(plainName)];
  return own.includes(plain) || namesOf(instance).names.includes(plain);
}
