import type { Instance } from '../catalog/index.ts';
import type { Factor } from './model.ts';

/**
 * What the package is there for. Others are built with `build` (hooks, fetchers, sources, the stdenv itself) and
 * `bootstrap` ones; nobody runs them, `headers`, `documentation` or `tests`.
 */
export type Scope = 'runtime' | 'build' | 'bootstrap' | 'headers' | 'documentation' | 'tests' | 'kernel-module';

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

const reasons: ReadonlyMap<Scope, string> = new Map([
  ['build', 'others are built with it, and it runs nowhere else'],
  ['bootstrap', 'it only builds the compilers that build the rest'],
  ['headers', 'it holds headers without the code'],
  ['documentation', 'it holds documentation without the code'],
  ['tests', 'it is a test of another package'],
]);

/** What is not run where the packages are used matters less. It is never dropped: the urgent still goes to a person. */
export function scopeFactor(scope: Scope): readonly Factor[] {
  const because = reasons.get(scope);
  return because === undefined ? [] : [{ value: 0.5, because }];
}
