import { someOf } from '../../foundation/some-of.ts';
import type { Instance } from '../catalog/index.ts';
import type { Factor } from './model.ts';
import type { Usage } from './usage-of.ts';

/**
 * What the package is there for. Others are built with `build` (hooks, fetchers, sources, the stdenv itself) and
 * `bootstrap` ones; nobody runs them, `headers`, `documentation` or `tests`. `built-with` is what others show by their use.
 */
export type Scope =
  | 'runtime'
  | 'build'
  | 'built-with'
  | 'bootstrap'
  | 'headers'
  | 'documentation'
  | 'tests'
  | 'kernel-module';

export function scopeOf({ attr, pname, name, version }: Pick<Instance, 'attr' | 'pname' | 'name' | 'version'>): Scope {
  if (/(?:^|\.)tests?\./.test(attr)) return 'tests';
  if (/bootstrap/i.test(`${attr} ${name} ${version}`)) return 'bootstrap';
  if (isForBuilding(attr, pname)) return 'build';
  if (/-headers$/.test(pname)) return 'headers';
  if (/-(?:docs?|manual|man-pages)$/.test(pname)) return 'documentation';
  return /^linux(?:Kernel\.p|P)ackages\w*\./.test(attr) ? 'kernel-module' : 'runtime';
}

function isForBuilding(attr: string, pname: string): boolean {
  const own = attr.slice(attr.lastIndexOf('.') + 1);
  return (
    /^stdenv|Stdenv$|Hook$|^fetch[A-Z]/.test(own) || /^stdenv\b|-(?:setup-)?hook(?:\.sh)?$|-(?:source|src)$/.test(pname)
  );
}

const factors: ReadonlyMap<Scope, Factor> = new Map([
  ['build', { value: 0.5, because: 'others are built with it, and it runs nowhere else' }],
  [
    'built-with',
    { value: 0.6, because: 'nothing that was built with it refers to it, and it names no program to run' },
  ],
  ['bootstrap', { value: 0.5, because: 'it only builds the compilers that build the rest' }],
  ['headers', { value: 0.5, because: 'it holds headers without the code' }],
  ['documentation', { value: 0.5, because: 'it holds documentation without the code' }],
  ['tests', { value: 0.5, because: 'it is a test of another package' }],
]);

/**
 * What is not run where the packages are used matters less. It is never dropped: the urgent still goes to a person, and
 * where only the packages of one channel tell so, everything that would have been opened does.
 */
export function scopeFactor(scope: Scope): readonly Factor[] {
  const factor = factors.get(scope);
  return factor === undefined ? [] : [factor];
}

/**
 * What others do with a package goes before what its name says of being for building. Expressions alone put nothing
 * lower: a path finds its way into an output from any input, so all that build with it have to be seen built. A program
 * may be run by itself, whatever others use it for, and documentation that is linked is none the less documentation.
 */
export function scopeInUse(named: Scope, usage: Usage, { mainProgram }: Pick<Instance, 'mainProgram'>): Scope {
  if (named !== 'build' && named !== 'runtime') return named;
  if (usage.running.length > 0 || usage.keeping.length > 0) return 'runtime';
  return named === 'runtime' && usage.isSeen && mainProgram === undefined ? 'built-with' : named;
}

/** What others do with the package, as a sentence; null where nothing is known of it. */
export function usageSentence(usage: Usage | null): string | null {
  if (usage === null) return null;
  const { building, running, keeping } = usage;
  const said = [
    ...(running.length === 0 ? [] : [`linked, loaded or handed on by ${someOf(running, 3)}`]),
    ...(keeping.length === 0 ? [] : [`kept in what was built of ${someOf(keeping, 3)}`]),
    ...(building.length === 0 ? [] : [`run to build ${someOf(building, 3)}`]),
  ];
  return `In the channel it is ${said.join('; ')}.`;
}
