import type { PublishedAdvisory, PublishedLine } from './model.ts';

export const publisher = { organisation: 'acme', publicUrl: 'https://set.example', licence: 'CC-BY-4.0' };

export const release = {
  uuid: '01930000-0000-7000-8000-000000000001',
  channel: 'rolling',
  version: '0.1.7+rev-1',
  revision: 'c'.repeat(40),
  publishedAt: Date.UTC(2027, 2, 5),
};

export function line(given: Partial<PublishedLine> = {}): PublishedLine {
  return {
    channel: 'rolling',
    version: '5.6.1',
    fixedVersion: null,
    fixKind: null,
    says: { kind: 'affected', remedy: 'planned', action: 'A fix is due by 2027-03-09T10:00:00Z.' },
    release: null,
    derivations: [],
    patches: [],
    openedAt: Date.UTC(2027, 2, 2),
    ...given,
  };
}

/** A line whose fix is released. */
export function fixedLine(given: Partial<PublishedLine> = {}): PublishedLine {
  return line({
    fixedVersion: '5.6.2',
    fixKind: 'update',
    says: { kind: 'fixed', reason: null, statement: null },
    release,
    derivations: [
      { system: 'x86_64-linux', drvPath: '/nix/store/a-xz-5.6.2.drv', outputs: { out: '/nix/store/b-xz-5.6.2' } },
    ],
    ...given,
  });
}

/** A line of which two people signed that it is not affected. */
export function clearLine(given: Partial<PublishedLine> = {}): PublishedLine {
  return line({
    channel: '26.11',
    says: {
      kind: 'not_affected',
      reason: 'build-option-off',
      justification: 'vulnerable_code_not_present',
      statement: 'Built without it.',
      evidence: 'https://e.example/log',
    },
    ...given,
  });
}

export function published(given: Partial<PublishedAdvisory> = {}): PublishedAdvisory {
  return {
    id: 'XSP-2027-00001',
    attr: 'xz',
    publishedAt: Date.UTC(2027, 2, 2, 10),
    modifiedAt: Date.UTC(2027, 2, 5, 12),
    withdrawn: null,
    vulnerability: {
      id: 'CVE-2024-3094',
      names: ['CVE-2024-3094', 'GHSA-rxwq-x6h5-x525'],
      title: 'Malicious code in xz',
      details: 'The upstream tarballs hold a back door.',
      references: ['https://tukaani.org/xz-backdoor/', 'no address'],
      ratings: [{ source: 'cna', kind: 'CVSS_V3', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', score: 10 }],
      band: 'critical',
      knownExploitedSince: null,
    },
    lines: [line()],
    events: [
      { at: Date.UTC(2027, 2, 2), line: 'rolling', type: 'detected', version: '5.6.1' },
      { at: Date.UTC(2027, 2, 2, 10), line: 'rolling', type: 'affected', mitigation: 'none known' },
    ],
    ...given,
  };
}
