import { describe, expect, test } from 'vitest';
import type { AdvisoryRecord } from '../advisories/index.ts';
import type { Statement } from '../feeds/index.ts';
import { advisory, affected, cpe, dictionary, explained, instance, matched, record, verdict } from './testing.ts';

const told = (product: string, version: string | null, more: Partial<Statement> = {}): Statement => ({
  product,
  status: 'fixed',
  version,
  justification: null,
  text: null,
  ...more,
});
const says = (source: string, ...statements: readonly Statement[]): AdvisoryRecord =>
  record(source, [], { statements });
const libcap = [instance({ pname: 'libcap', version: '2.77' })] as const;
const of = (...records: readonly AdvisoryRecord[]) => matched([...libcap], advisory(records));

describe('put on the list for people', () => {
  test.each([
    ['fixed in a version newer than ours', says('debian', told('libcap/sid', '1:2.78-1')), '2.78'],
    ['… with a patch there', says('debian', told('libcap/sid', '1:2.78-3')), '2.78'],
    ['… by Alpine', says('alpine', told('libcap/edge-main', '2.78-r0')), '2.78'],
    ['patched on the version that we carry', says('debian', told('libcap/trixie', '1:2.77-5+deb13u1')), null],
    ['… by Red Hat', says('redhat', told('libcap/BaseOS-10', '2.77-4.el10')), null],
    ['the smallest version that helps', says('debian', told('libcap/a', '3.0-1'), told('libcap/b', '2.80-1')), '2.80'],
    ['the version before the patch', says('debian', told('libcap/a', '2.77-5'), told('libcap/b', '2.80-1')), '2.80'],
    [
      'an older version that was patched tells nothing',
      says('debian', told('libcap/a', '2.66-4+deb12u2'), told('libcap/b', '2.78-1')),
      '2.78',
    ],
  ])('%s', (_name, statements, fixedIn) => {
    const found = of(statements);
    expect(verdict(found)).toBe('under_investigation elsewhere');
    expect(found?.match.fixedIn).toBe(fixedIn);
    expect(found?.match.explanation).toMatch(/fixed it in libcap\/\S+ with /);
  });

  test('records that have no range say nothing against it', () => {
    const blank = record('cve', [affected(cpe('libcap_project:libcap'), [])]);
    const found = matched(
      [...libcap],
      advisory([blank, says('debian', told('libcap/sid', '2.78-1'))]),
      dictionary('libcap_project:libcap'),
    );
    expect(verdict(found)).toBe('under_investigation elsewhere');
  });

  test('what is exploited waits in the queue itself', () => {
    const exploited = {
      ...advisory([says('debian', told('libcap/sid', '2.78-1'))]),
      exploitation: { knownExploitedSince: 1, ransomware: false, dueDate: null, epss: null, ssvc: null },
    };
    expect(verdict(matched([...libcap], exploited))).toBe('under_investigation queue');
  });

  test('the explanation of a non-match says why', () => {
    const [one] = explained([...libcap], advisory([says('debian', told('libcap/sid', '2.78-1'))]));
    expect(one?.sentences.join(' ')).toContain('debian fixed it in libcap/sid with 2.78-1, which is newer');
  });
});

describe('left alone', () => {
  test.each([
    ['another package', says('debian', told('libcap-ng/sid', '2.78-1'))],
    ['the first build of our version', says('debian', told('libcap/sid', '1:2.77-1'))],
    [
      'a backport of that first build',
      says('debian', told('libcap/a', '1:2.77-1~bpo12+1'), told('libcap/b', '2.78-1')),
    ],
    ['a version before ours', says('debian', told('libcap/sid', '2.70-1'), told('libcap/old', '2.78-1'))],
    ['only older versions, patched', says('debian', told('libcap/bookworm', '2.66-4+deb12u2'))],
    [
      'one build never had it',
      says('debian', told('libcap/a', '0', { status: 'not_affected' }), told('libcap/b', '2.78-1')),
    ],
    ['it hardly is a flaw', says('debian', told('libcap/sid', '2.78-1', { text: 'unimportant' }))],
    ['nothing is fixed yet', says('debian', told('libcap/sid', null, { status: 'affected' }))],
    ['no number to compare', says('debian', told('libcap/sid', 'none'))],
    ['a record that was taken back', { ...says('debian', told('libcap/sid', '2.78-1')), state: 'withdrawn' } as const],
  ])('%s', (_name, statements) => {
    expect(of(statements)?.route ?? 'none').not.toBe('elsewhere');
  });

  test.each([
    ['the version is out', ['<2.70'], 'fixed automatic'],
    ['the version is in', ['<2.78'], 'affected automatic'],
  ])('a record that knows: %s', (_name, ranges, expected) => {
    const nvd = record('nvd', [affected(cpe('libcap_project:libcap'), ranges)]);
    const found = matched(
      [
        instance({
          pname: 'libcap',
          version: '2.77',
          cpe: [{ part: 'a', vendor: 'libcap_project', product: 'libcap', version: null, update: null }],
        }),
      ],
      advisory([nvd, says('debian', told('libcap/sid', '2.78-1'))]),
    );
    expect(verdict(found)).toBe(expected);
  });

  test.each([
    ['a snapshot', instance({ pname: 'libcap', version: '2.77-unstable-2026-01-01' })],
    ['a date', instance({ pname: 'libcap', version: '20260101' })],
    ['a library of a language', instance({ attr: 'python313Packages.libcap', pname: 'libcap', version: '2.77' })],
    ['the kernel', instance({ pname: 'linux', version: '6.12.1' })],
  ])('%s', (_name, carried) => {
    const statements = says('debian', told(`${carried.pname}/sid`, '2.78-1'), told('linux/sid', '6.19-1'));
    expect(matched([carried], advisory([statements]))?.route ?? 'none').not.toBe('elsewhere');
  });
});
