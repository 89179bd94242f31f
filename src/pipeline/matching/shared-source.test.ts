import { expect, test } from 'vitest';
import type { Instance } from '../catalog/index.ts';
import { carriedOf } from './carried.ts';
import { matchPackage } from './match-package.ts';
import { advisory, affected, cpe, dictionary, instance, record, verdict } from './testing.ts';

const hash = 'sha256-lV9ucprWs1ZiYOj+9oYg52ujwxrPChhSRBahhaz3eZI=';

function builtFrom(pname: string, version: string, source: string | null = hash): Instance {
  return instance({ pname, version, sources: [{ name: '', urls: [], hash: source, rev: null, tag: null }] });
}

/** What a record on everything of the product is to each package of the set. */
function answers(identity: string, ...packages: readonly Instance[]): readonly string[] {
  const data = dictionary();
  const about = advisory([record('nvd', [affected(cpe(identity), ['<99'])])]);
  const carried = [...carriedOf(packages, data).byAttr.values()];
  return carried.map((one) => verdict(matchPackage({ channel: 'rolling', carried: one, advisory: about, data })));
}

test('what is built from the source of a known package is for a person to look at', () => {
  const binutils = [builtFrom('binutils', '2.44'), builtFrom('libbfd', '2.44'), builtFrom('libopcodes', '2.44')];
  expect(answers('gnu:binutils', ...binutils)).toEqual([
    'affected automatic',
    'under_investigation queue',
    'under_investigation queue',
  ]);
  const llvm = [builtFrom('lld', '21.1'), builtFrom('llvm', '21.1'), builtFrom('clang', '21.1')];
  const either = ['under_investigation queue', 'affected automatic', 'under_investigation queue'];
  expect(answers('llvm:llvm', ...llvm)).toEqual(either);
});

test.each<[string, Instance]>([
  ['another version of that source', builtFrom('libbfd', '2.38')],
  ['another source', builtFrom('libbfd', '2.44', 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')],
  ['no source', builtFrom('libbfd', '2.44', null)],
])('%s says nothing', (_, other) => {
  expect(answers('gnu:binutils', builtFrom('binutils', '2.44'), other)[1]).toBe('none');
});

test('a placeholder is no source, and a reviewed denial stands', () => {
  const placeholder = `sha256-${'A'.repeat(43)}=`;
  const two = [builtFrom('binutils', '2.44', placeholder), builtFrom('libbfd', '2.44', placeholder)];
  expect(answers('gnu:binutils', ...two)[1]).toBe('none');
  expect(answers('linux:linux_kernel', builtFrom('linux', '6.12'), builtFrom('linux-headers', '6.12'))[1]).toBe('none');
});
