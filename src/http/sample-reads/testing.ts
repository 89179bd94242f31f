/** What pages, API and registry read of the sample world, for tests. */
import { Readable } from 'node:stream';
import { mustAct } from '../../pipeline/alerts/index.ts';
import { type Consumer, SetFacts, standingOf } from '../../pipeline/consumers/index.ts';
import { indexRegistry, type Release } from '../../pipeline/releases/index.ts';
import type { BlobStore } from '../../platform/blobs/index.ts';
import type { ChannelRow } from '../channel-port.ts';
import type { PortalReads, RegistryReads } from '../ports.ts';
import { sampleReview, sampleSourceDiff } from '../sample-review/testing.ts';
import {
  advisory,
  consumers,
  day,
  differences,
  explanation,
  finding,
  instance,
  match,
  now,
  openFindings,
  publication,
  release,
  releases,
  row,
  shadow,
  tarball,
} from '../sample-world/testing.ts';

export function fakeReads(given: Partial<PortalReads> = {}): PortalReads {
  const board = (everyone: readonly Consumer[]) => {
    const standings = everyone.map((consumer) => standingOf({ consumer, releases, findings: [] }));
    return { standings, mustAct: mustAct(standings) };
  };
  const feeds = [
    {
      id: 'nvd',
      title: 'NVD',
      licence: 'Public domain',
      attribution: 'Uses NVD data; not endorsed by the NVD.',
      url: 'https://services.nvd.nist.gov/rest/json/cves/2.0',
      readFrom: 'address' as const,
      state: 'ok' as const,
      message: null,
      records: 25_797,
      quarantined: 3,
      lastSyncAt: now - 3_600_000,
      lastChangeAt: now - 3_600_000,
      latency: { medianMs: 3_600_000, ninthDecileMs: 7_200_000 },
    },
    {
      id: 'kev',
      title: 'CISA KEV',
      licence: 'CC0-1.0',
      attribution: 'CISA.',
      url: 'https://www.cisa.gov/kev',
      readFrom: 'address' as const,
      state: 'failing' as const,
      message: 'The server answers 503.',
      records: 1404,
      quarantined: 0,
      lastSyncAt: now - 3 * day,
      lastChangeAt: null,
      latency: null,
    },
  ];
  const fixed = row(
    finding('CVE-2024-6387', 'openssh', {
      version: '9.7p1',
      state: 'fixed',
      fixedVersion: '9.8p1',
      fixedAt: now - 2 * day,
      releasedAt: now - day,
    }),
    'met',
  );
  return {
    overview: async () => ({
      promise: (['critical', 'high', 'medium', 'low'] as const).map((band, index) => ({
        band,
        policy: 'standard',
        channels: ['rolling'],
        responseMs: index === 0 ? day : index === 1 ? 3 * day : null,
        remediationMs: ([7, 15, 45, 90][index] ?? 90) * day,
        open: index === 1 ? 0 : 1,
        atRisk: 0,
        breached: index === 0 ? 1 : 0,
        met: index,
        metLate: 0,
        nextDueAt: index === 0 ? now - 2 * day : index === 2 ? now + 5 * 3_600_000 : null,
      })),
      urgent: openFindings,
      latestRelease: releases[2] ?? null,
      channels: [
        {
          id: 'rolling',
          commitId: 'a'.repeat(40),
          evaluatedAt: now - 600_000,
          origin: 'nix',
          packages: 30,
          failures: 1,
        },
      ],
      coveredPackages: 30,
      advisories: 27_201,
      underInvestigation: 2,
      feeds,
      journal: [
        {
          sequence: 7,
          at: now - 60_000 * 5,
          kind: 'release.published',
          subject: release(99).uuid,
          actor: 'robot',
          payload: { version: '0.1.99' },
        },
      ],
      consumers: 2,
      mustAct: 1,
      rescores: [shadow],
      termsNotice: null,
    }),
    packages: async ({ text, after }) => {
      const items = ['curl', 'openssh', 'xz']
        .filter((attr) => attr.includes(text))
        .map((attr) => ({
          attr,
          pname: attr,
          description: `What ${attr} does`,
          category: 'base',
          versions: [{ channel: 'rolling', version: '1.0' }],
          openFindings: attr === 'xz' ? 1 : 0,
          worst: attr === 'xz' ? ('critical' as const) : null,
        }));
      return after === null
        ? { items, next: text === '' ? 'xz' : null, total: items.length }
        : { items: [], next: null, total: items.length };
    },
    packagePage: async (attr) =>
      attr === 'openssh'
        ? {
            attr,
            covered: { attr, category: 'network', owner: 'platform', since: '2026-01-05' },
            channels: [
              {
                channel: 'rolling',
                instances: [instance],
                failures: [{ system: 'aarch64-darwin', how: 'throws', message: 'unsupported system' }],
              },
            ],
            findings: [fixed],
          }
        : null,
    quarantined: async ({ source }) => ({
      items: [
        {
          source: source ?? 'nvd',
          recordId: 'CVE-2024-0001',
          at: now - day,
          reason: 'cve.id is not a valid id',
          raw: '{}',
        },
      ],
      next: null,
      total: 1,
    }),
    explain: async (id, attr) => (id === explanation.id && attr === explanation.attr ? explanation : null),
    advisories: async () => ({
      items: [{ advisory: { ...advisory('CVE-2024-6387'), knownExploited: true }, openFindings: 0, findings: 1 }],
      next: null,
      total: 1,
    }),
    cvePage: async (id) => {
      const known = id.toUpperCase() === 'CVE-2024-6387';
      return {
        advisory: known ? advisory('CVE-2024-6387') : null,
        matches: known ? [match('CVE-2024-6387', 'openssh', { status: 'fixed', fixedIn: '9.8p1' })] : [],
        findings: known ? [fixed] : [],
        coveredPackages: 30,
        feedsSyncedAt: now - 3_600_000,
        staleSince: null,
      };
    },
    findings: async ({ band }) => ({
      items: openFindings.filter((entry) => band === null || entry.finding.band === band),
      next: null,
      total: 3,
    }),
    channels: async () => channelRows,
    unbounded: async ({ list }) => ({
      items: [
        {
          advisoryId: list === 'elsewhere' ? 'CVE-2026-4878' : 'CVE-2025-12781',
          title: 'base64 takes letters of another alphabet',
          band: 'medium',
          score: 5.3,
          packages: [
            {
              channel: 'rolling',
              attr: 'python3',
              version: '3.13.9',
              fixedIn: list === 'elsewhere' ? '3.13.11' : null,
              explanation: 'Every version is in.',
            },
          ],
        },
      ],
      next: null,
      total: 1,
    }),
    rescores: async () => [shadow],
    rescore: async ({ channel }) =>
      channel === shadow.channel ? { shadow, items: differences, next: null, total: differences.length } : null,
    reviewMode: 'observe',
    reviewHabits: async () => ({ accepted: 0, pairs: [], stamps: [] }),
    reviews: async ({ state }) => ({
      items: state === null || state === 'waiting' ? [sampleReview.review] : [],
      next: null,
      total: 1,
    }),
    publication: async (id) => (id.toUpperCase() === publication.id ? publication : null),
    publications: async ({ after }) => ({ items: after === null ? [publication] : [], next: null, total: null }),
    review: async (id) => (id === sampleReview.review.id ? sampleReview : null),
    sourceDiff: async ({ review, attr, against }) =>
      review === sampleReview.review.id && attr === 'openssh' ? sampleSourceDiff(against) : null,
    releases: async () => releases.toReversed(),
    release: async (uuid) => {
      const found = releases.find((entry) => entry.uuid === uuid);
      return found === undefined
        ? null
        : {
            release: found,
            coverage: [
              { system: 'x86_64-linux', wanted: 40, present: 38, missing: ['xz'], whenPublished: 36, exception: null },
            ],
            changes: [
              { commitId: 'd'.repeat(40), subject: 'openssh: 9.7p1 -> 9.8p1', authorName: 'Ada', at: now - day },
            ],
            previous: releases[0] ?? null,
            next: null,
          };
    },
    feeds: async () => feeds,
    consumers: async () => board(consumers),
    consumerNews: async () => null,
    facts: async (server) =>
      SetFacts.parse({
        format: 'snowguard-facts',
        version: 1,
        madeAt: now,
        server,
        syncedAt: now - 3_600_000,
        releases,
        findings: [],
        covered: [{ attr: 'xz', category: 'base' }],
        packages: [],
        advisories: [],
      }),
    syndicatedAdvisories: async () => [
      { advisory: advisory('CVE-2024-6387'), findings: [fixed.finding], changedAt: now },
    ],
    standingOfInputs: async (inputs) => board([{ id: 'lock', name: 'flake.lock', inputs, seenAt: now }]),
    ...given,
  };
}

const channelRows: readonly ChannelRow[] = [
  {
    id: 'rolling',
    flake: 'secure',
    line: { kind: 'rolling', minor: 1, over: null, cooldownMs: 0 },
    support: { kind: 'open' },
    successor: null,
    head: 'a'.repeat(40),
    source: { commitId: 'b'.repeat(40), committedAt: now - day },
    behind: 2,
    waitingReviews: ['12'],
    patches: 1,
    conflict: { patchId: '3', paths: ['pkgs/by-name/xz/xz/package.nix'] },
    troubles: [
      { step: 'sync', says: 'there is no branch next at https://example.org/set', hint: 'Correct "branch".', at: now },
    ],
    evaluated: { packages: 30, failures: 1, evaluatedAt: now - day },
    latestRelease: release(99),
    validations: [],
  },
  {
    id: 'rested',
    flake: 'rested',
    line: { kind: 'cooldown', minor: 1, over: 'rolling', cooldownMs: 7 * day },
    support: { kind: 'ending', until: now + 20 * day, months: 1 },
    successor: 'rolling',
    head: null,
    source: null,
    behind: null,
    waitingReviews: [],
    patches: 0,
    conflict: null,
    troubles: [],
    evaluated: { packages: 0, failures: 0, evaluatedAt: null },
    latestRelease: null,
    validations: [
      {
        module: {
          attr: 'openssl',
          module: 'OpenSSL FIPS Provider',
          certificate: '4985',
          versions: ['3.1.2'],
          patches: [],
          status: 'active',
        },
        carried: ['3.5.4'],
        conflicts: ['3.5.4 is carried, validated is 3.1.2'],
      },
    ],
  },
];

/** A registry that publishes these, with what is said of their flakes. */
export function registryOf(
  all: readonly Release[],
  words: Parameters<typeof indexRegistry>[0]['words'] = [],
): RegistryReads {
  const index = indexRegistry({ words, releases: all.map((each) => ({ release: each, note: null })) });
  return {
    current: async () => index,
    textOf: async () => null,
    pageOf: fakeReads().release,
    outputOf: async () => null,
    sourceOf: ({ channel }) => (channel === 'rolling' ? 'NixOS/nixpkgs' : null),
    tarballKey: (entry) => `releases/${entry.uuid}.tar.gz`,
  };
}

export const fakeRegistry = registryOf(releases);

export const fakeBlobs: BlobStore = {
  put: () => Promise.reject(new Error('read only')),
  remove: () => Promise.reject(new Error('read only')),
  size: async (key) => (key.includes('000000000097') ? null : tarball.length),
  get: async (_key, range) => ({
    stream: Readable.from([tarball.subarray(range?.start ?? 0, (range?.end ?? tarball.length) + 1)]),
    sizeBytes: tarball.length,
  }),
};
