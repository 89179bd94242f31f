/** A step under review, for tests: it exchanges the bytes of a source. */
import type { ReviewedSource } from '../../pipeline/changes/index.ts';
import type { ReviewPage, SourceDiff } from '../ports.ts';
import { day, now } from '../sample-world/testing.ts';

const sampleSource: ReviewedSource = {
  attr: 'openssh',
  name: 'openssh-9.8p1.tar.gz',
  declared: 'sha256-d',
  places: [
    { place: 'cdn.example.org', agrees: true },
    { place: 'mirror.example.org', agrees: false },
  ],
  before: 'd'.repeat(40),
  after: 'e'.repeat(40),
  tag: { repository: 'https://github.com/openssh/openssh-portable', name: 'V_9_8_P1', commitId: 'f'.repeat(40) },
};

export function sampleSourceDiff(against: SourceDiff['against']): SourceDiff {
  const files = [{ status: 'added', path: 'm4/<planted>.m4' }] as const;
  return { source: sampleSource, against, files, fileCount: 1, text: '+eval <b>\u202e', cut: true };
}

/** One person approved it, a second has not. */
export const sampleReview: ReviewPage = {
  review: {
    id: '12',
    channel: 'rolling',
    base: 'a'.repeat(40),
    candidate: 'b'.repeat(40),
    treeId: 'c'.repeat(40),
    how: 'upstream',
    author: 'robot',
    openedAt: now - 3_600_000,
    state: 'waiting',
    examination: {
      class: 'people',
      hits: [
        {
          detector: 'D01',
          title: 'Other source under the same version',
          attr: 'openssh',
          systems: ['x86_64-linux'],
          says: 'openssh-9.8p1.tar.gz has other bytes',
          severity: 'critical',
        },
      ],
      notExamined: [{ detector: 'D12', lacks: ['commits'], why: ['no forge is set'] }],
      proof: { systems: ['x86_64-linux'], before: '1'.repeat(64), after: '2'.repeat(64), evaluator: 'nix 2.26.3' },
      packages: [
        {
          attr: 'openssh',
          effects: [
            {
              kind: 'bumped',
              attr: 'openssh',
              systems: ['x86_64-linux'],
              from: '9.7p1',
              to: '9.8p1',
              downgrade: false,
            },
          ],
          commits: ['b'.repeat(40)],
        },
      ],
      vulnerabilities: { resolved: [{ attr: 'openssh', advisoryId: 'CVE-2024-6387' }], opened: [] },
      commits: [
        { id: 'b'.repeat(40), subject: 'openssh: <update>', committedAt: now - day, attrs: ['openssh'], people: [] },
      ],
      commitCount: 1,
      sources: [sampleSource],
      gates: [
        { name: 'builds', outcome: 'failed', says: 'openssh: failed, see <log>' },
        { name: 'tests', outcome: 'not-run', says: 'running the tests of packages is off' },
      ],
    },
    trouble: null,
    patchKey: null,
  },
  acts: [
    {
      kind: 'approved',
      by: 'ada',
      roles: ['reviewer'],
      treeId: 'c'.repeat(40),
      reason: 'compared with the tag',
      at: now - 60_000,
      until: null,
    },
  ],
  decision: { kind: 'waiting', lacks: ['second-reviewer', 'security-lead'] },
  elsewhere: [{ id: '11', channel: '26.05', state: 'accepted' }],
  diff: { text: '-old\n+new <b>', cut: false },
};
