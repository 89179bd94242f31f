/** True facts about real packages, retyped from the CVE records and upstream notes that each id names. */
import type { Advisory } from '../../pipeline/advisories/index.ts';
import type { Instance } from '../../pipeline/catalog/index.ts';
import type { Consumer } from '../../pipeline/consumers/index.ts';
import type { PublishedAdvisory } from '../../pipeline/evidence/index.ts';
import type { AffectedProduct } from '../../pipeline/feeds/index.ts';
import type { Finding } from '../../pipeline/findings/index.ts';
import type { Match, MatchDifference, Shadow } from '../../pipeline/matching/index.ts';
import type { Release } from '../../pipeline/releases/index.ts';
import type { ExplanationRead, FindingRow } from '../ports.ts';

export const now = Date.UTC(2026, 4, 20, 9, 0, 0);
export const day = 86_400_000;
export const publicUrl = 'http://localhost';

export function release(count: number, given: Partial<Release> = {}): Release {
  const commitId = String(count).repeat(40).slice(0, 40);
  return {
    uuid: `01900000-0000-7000-8000-${String(count).padStart(12, '0')}`,
    organisation: 'acme',
    flake: 'secure',
    channel: 'rolling',
    version: `0.1.${count}+rev-${commitId}`,
    commitId,
    treeId: 'b'.repeat(40),
    commitCount: count,
    lastModified: 1_778_000_000 + count,
    narHash: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    sizeBytes: 1000,
    sha256: 'c'.repeat(64),
    publishedAt: now - (100 - count) * day,
    yankedAt: null,
    fixes: [],
    ...given,
  };
}

export const releases: readonly Release[] = [
  release(97),
  release(98, {
    fixes: [{ advisoryId: 'CVE-2023-38545', attr: 'curl', fromVersion: '8.3.0', toVersion: '8.4.0', band: 'critical' }],
  }),
  release(99, {
    fixes: [{ advisoryId: 'CVE-2024-6387', attr: 'openssh', fromVersion: '9.7p1', toVersion: '9.8p1', band: 'high' }],
  }),
  release(100, { yankedAt: now - day }),
];

export function affected(given: Partial<AffectedProduct> = {}): AffectedProduct {
  return {
    identity: {
      kind: 'cpe',
      part: 'a',
      vendor: 'openbsd',
      product: 'openssh',
      targetSoftware: null,
      edition: null,
    },
    scheme: 'generic',
    versions: [],
    ranges: [{ lo: '8.5p1', loInclusive: true, hi: '9.8p1', hiInclusive: false }],
    unaffected: [],
    otherwise: 'unknown',
    weak: null,
    platforms: [],
    component: null,
    ...given,
  };
}

export function advisory(id: string, given: Partial<Advisory> = {}): Advisory {
  return {
    id,
    aliases: [],
    state: 'active',
    title: `About ${id}`,
    details: 'The handler races with itself.',
    publishedAt: now - 9 * day,
    modifiedAt: now - 8 * day,
    band: 'high',
    score: 8.1,
    severitySource: 'nvd',
    exploitation: { knownExploitedSince: null, ransomware: false, dueDate: null, epss: 0.43, ssvc: null },
    disputed: false,
    severityDisputed: false,
    references: ['https://www.openssh.com/txt/release-9.8', 'javascript:alert(1)'],
    records: [
      {
        source: 'nvd',
        recordId: id,
        state: 'active',
        publishedAt: now - 9 * day,
        severities: [],
        statements: [],
        tags: [],
        affected: [affected()],
      },
    ],
    ...given,
  };
}

export function finding(advisoryId: string, attr: string, given: Partial<Finding> = {}): Finding {
  return {
    id: `${advisoryId}/${attr}`,
    advisoryId,
    attr,
    channel: 'rolling',
    version: '1.0',
    state: 'open',
    band: 'high',
    score: 8.1,
    knownExploited: false,
    epss: null,
    disclosedAt: now - 9 * day,
    openedAt: now - 9 * day,
    fixedAt: null,
    fixedVersion: null,
    releasedAt: null,
    risk: 70,
    explanation: 'The version lies before the first fixed one.',
    ...given,
  };
}

export function row(
  given: Finding,
  state: FindingRow['deadlines']['state'] = 'running',
  dueAt = now + 6 * day,
): FindingRow {
  return {
    finding: given,
    deadlines: { startAt: given.disclosedAt, responseDueAt: null, remediationDueAt: dueAt, state, response: 'none' },
  };
}

export function match(advisoryId: string, attr: string, given: Partial<Match> = {}): Match {
  return {
    advisoryId,
    attr,
    channel: 'rolling',
    version: '1.0',
    systems: ['x86_64-linux'],
    status: 'affected',
    score: 0.9,
    identity: [{ tier: 'A1', prior: 0.9, because: 'the package declares this CPE' }],
    ranges: [{ source: 'nvd', recordId: advisoryId, outcome: 'in', because: '1.0 lies in the range' }],
    patch: { state: 'none', patches: [] },
    fixedIn: null,
    justification: null,
    explanation: 'The version lies in the range.',
    ...given,
  };
}

export const explanation: ExplanationRead = {
  attr: 'openssh',
  id: 'CVE-2024-6387',
  title: 'regreSSHion',
  channels: [
    {
      channel: 'rolling',
      explanations: [
        {
          attr: 'openssh',
          advisoryId: 'CVE-2024-6387',
          version: '9.8p1',
          used: 'In the channel it is run to build git.',
          sentences: ['A1: the package declares openbsd:openssh.', 'nvd CVE-2024-6387: out, 9.8p1 is past < 9.8p1.'],
          wouldChange: ['A record whose range includes this version.'],
          assessment: {
            identity: [{ tier: 'A1', prior: 0.98, because: 'the package declares openbsd:openssh' }],
            others: ['another product'],
            denied: null,
            records: [
              {
                source: 'nvd',
                recordId: 'CVE-2024-6387',
                prior: 0.98,
                evaluation: {
                  outcome: 'out',
                  precise: true,
                  disputed: false,
                  fixedIn: '9.8p1',
                  passed: true,
                  justification: null,
                  because: '9.8p1 is past < 9.8p1',
                },
              },
            ],
            patch: { state: 'claimed', patches: ['locale_archive.patch'] },
            identityScore: 0.98,
            rangeFactor: 0,
            factors: [{ value: 0.5, because: 'the record is disputed' }],
            score: 0,
            disagreement: 'two orders of these versions differ',
            admitted: [],
            status: 'fixed',
            route: 'automatic',
            fixedIn: '9.8p1',
            justification: null,
          },
        },
      ],
    },
  ],
};

export const instance: Instance = {
  attr: 'openssh',
  system: 'x86_64-linux',
  pname: 'openssh',
  version: '9.8p1',
  name: 'openssh-9.8p1',
  drvPath: '/nix/store/00000000000000000000000000000001-openssh-9.8p1.drv',
  outputs: {},
  sources: [
    {
      name: 'source',
      urls: ['https://cdn.openbsd.org/pub/OpenBSD/OpenSSH/portable/openssh-9.8p1.tar.gz'],
      hash: 'sha256-3YvQAqN5tdSZ37BQ3R+pr4Ap6ARh9LtsUjxJlz9aOfM=',
      rev: null,
      tag: null,
    },
  ],
  patches: [
    {
      name: 'locale_archive.patch',
      urls: [],
      hash: null,
      path: 'pkgs/tools/networking/openssh/locale_archive.patch',
      content: null,
    },
  ],
  cpe: [{ part: 'a', vendor: 'openbsd', product: 'openssh', version: '9.8', update: 'p1' }],
  purls: [],
  licences: ['BSD-2-Clause'],
  maintainers: ['helsinki-systems'],
  position: 'pkgs/by-name/op/openssh/package.nix:12',
  description: 'Implementation of the SSH protocol',
  homepage: 'https://www.openssh.com/',
  knownVulnerabilities: [],
};

export const consumers: readonly Consumer[] = [
  {
    id: 'c1',
    name: 'billing',
    seenAt: now - day,
    inputs: [
      {
        input: 'nixpkgs',
        releaseUuid: release(97).uuid,
        version: release(97).version,
        organisation: 'acme',
        flake: 'secure',
        requirement: '0',
      },
    ],
  },
  {
    id: 'c2',
    name: 'website',
    seenAt: now - 2 * day,
    inputs: [
      {
        input: 'nixpkgs',
        releaseUuid: release(99).uuid,
        version: release(99).version,
        organisation: 'acme',
        flake: 'secure',
        requirement: '0.1',
      },
    ],
  },
];

export const tarball = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 251));

export const openFindings: readonly FindingRow[] = [
  row(
    finding('CVE-2024-3094', 'xz', {
      version: '5.6.1',
      band: 'critical',
      score: 10,
      knownExploited: true,
      explanation: 'xz 5.6.1 is named by the record.',
    }),
    'breached',
    now - 2 * day,
  ),
  row(
    finding('CVE-2024-2511', 'openssl', { version: '3.0.13', band: 'medium', score: 5.9 }),
    'at_risk',
    now + 5 * 3_600_000,
  ),
  row(finding('CVE-2023-45853', 'zlib', { version: '1.3', band: 'low', score: 3.1 })),
];

/** A newer matching algorithm that would no longer see anything in xz, and see something in curl. */
export const shadow: Shadow = {
  channel: 'rolling',
  algorithm: 1,
  newerAlgorithm: 2,
  comparedAt: now - day,
  appeared: 1,
  vanished: 1,
  changed: 0,
  held: 1,
};

export const differences: readonly MatchDifference[] = [
  {
    kind: 'appeared',
    channel: 'rolling',
    attr: 'curl',
    advisoryId: 'CVE-2024-2398',
    before: null,
    after: { match: match('CVE-2024-2398', 'curl'), route: 'automatic' },
    isHeld: false,
  },
  {
    kind: 'vanished',
    channel: 'rolling',
    attr: 'xz',
    advisoryId: 'CVE-2024-3094',
    before: { match: match('CVE-2024-3094', 'xz'), route: 'held' },
    after: null,
    isHeld: true,
  },
];

/** CVE-2024-6387 as this house would tell of it: patched in one channel, built without it in another. */
export const publication: PublishedAdvisory = {
  id: 'XSP-2026-00001',
  attr: 'openssh',
  publishedAt: now - 8 * day,
  modifiedAt: now - day,
  withdrawn: null,
  vulnerability: {
    id: 'CVE-2024-6387',
    names: ['CVE-2024-6387', 'GHSA-2x8c-95vh-gfv4'],
    title: 'regreSSHion',
    details: 'The handler races with itself.',
    references: ['https://www.openssh.com/txt/release-9.8', 'javascript:alert(1)'],
    ratings: [
      { source: 'redhat', kind: 'CVSS_V3', vector: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 8.1 },
    ],
    band: 'high',
    knownExploitedSince: null,
  },
  lines: [
    {
      channel: '26.05',
      version: '9.6p1',
      fixedVersion: null,
      fixKind: null,
      says: {
        kind: 'not_affected',
        reason: 'build-option-off',
        justification: 'vulnerable_code_not_present',
        statement: 'Built without the handler.',
        evidence: 'https://builds.example.org/openssh',
      },
      release: null,
      derivations: [],
      patches: [],
      openedAt: now - 9 * day,
    },
    {
      channel: 'rolling',
      version: '9.7p1',
      fixedVersion: '9.7p1',
      fixKind: 'patch',
      says: { kind: 'fixed', reason: null, statement: null },
      release: {
        uuid: release(99).uuid,
        channel: 'rolling',
        version: '0.1.99',
        revision: release(99).commitId,
        publishedAt: now - day,
      },
      derivations: [
        {
          system: 'x86_64-linux',
          drvPath: '/nix/store/00000000000000000000000000000002-openssh-9.7p1.drv',
          outputs: { out: '/nix/store/00000000000000000000000000000003-openssh-9.7p1' },
        },
      ],
      patches: [
        {
          name: 'CVE-2024-6387.patch',
          urls: ['https://patches.example.org/CVE-2024-6387.patch'],
          hash: 'sha256-3YvQAqN5tdSZ37BQ3R+pr4Ap6ARh9LtsUjxJlz9aOfM=',
          path: null,
        },
      ],
      openedAt: now - 9 * day,
    },
  ],
  events: [
    { at: now - 9 * day, line: 'rolling', type: 'detected', version: '9.7p1' },
    { at: now - 8 * day, line: 'rolling', type: 'affected', mitigation: 'Set LoginGraceTime to 0.' },
  ],
};
