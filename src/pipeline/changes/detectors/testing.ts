import type {
  ExaminedBuild,
  ExaminedCommit,
  ExaminedPackage,
  ExaminedStep,
  OutputFacts,
  PullRequest,
  SourceComparison,
  SourceFile,
  UpstreamSignals,
} from './detector.ts';

/** 2026-06-01T00:00:00Z: the day of the examples. */
export const today = Date.UTC(2026, 5, 1);
export const day = 86_400_000;

export function source(given: Partial<ExaminedBuild['sources'][number]> = {}): ExaminedBuild['sources'][number] {
  return {
    name: 'tool-1.0.tar.gz',
    urls: ['https://example.org/tool-1.0.tar.gz'],
    hash: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=',
    rev: null,
    tag: null,
    ...given,
  };
}

export function patch(name: string, content: string | null = null): ExaminedBuild['patches'][number] {
  return { name, urls: [], hash: null, path: null, content };
}

export function build(given: Partial<ExaminedBuild> = {}): ExaminedBuild {
  return {
    pname: 'tool',
    version: '1.0',
    sources: [source()],
    patches: [],
    maintainers: [],
    knownVulnerabilities: [],
    attributes: null,
    provenance: [],
    ...given,
  };
}

export function step(given: Partial<ExaminedStep> = {}): ExaminedStep {
  return { at: today, paths: [], files: null, commits: null, packages: [], windows: [], ...given };
}

/** A step that turned one build of `tool` into another. */
export function turn(
  before: Partial<ExaminedBuild>,
  after: Partial<ExaminedBuild>,
  given: Partial<ExaminedPackage> = {},
): ExaminedStep {
  return step({
    packages: [
      {
        attr: 'tool',
        pairs: [{ system: 'x86_64-linux', before: build(before), after: build(after) }],
        fixedIn: new Map(),
        sources: null,
        outputs: null,
        signals: null,
        ...given,
      },
    ],
  });
}

export function touched(...paths: readonly string[]): ExaminedStep['paths'] {
  return paths.map((path) => ({ status: 'modified', path }));
}

export function file(path: string, sha256: string, given: Partial<SourceFile> = {}): SourceFile {
  return { path, sha256, sizeBytes: 100, kind: 'text', entropy: 4.5, ...given };
}

export function comparison(given: Partial<SourceComparison> = {}): SourceComparison {
  return { declared: 'sha256-d', fetches: [], before: [], after: [], tag: null, allowed: new Map(), ...given };
}

export function outputs(given: Partial<OutputFacts> = {}): OutputFacts {
  return {
    sizeBytes: 10_000_000,
    closureBytes: 40_000_000,
    needed: ['libc.so.6'],
    symbols: ['printf'],
    urls: [],
    hardening: ['pie', 'relro'],
    capabilities: [],
    unread: 0,
    ...given,
  };
}

export function signals(given: Partial<UpstreamSignals> = {}): UpstreamSignals {
  return {
    releasedAt: today - 30 * day,
    releases: [],
    signer: null,
    tagMoved: false,
    transferred: false,
    archived: false,
    scorecard: null,
    fastLane: false,
    ...given,
  };
}

export function commit(request: PullRequest | null | undefined, given: Partial<ExaminedCommit> = {}): ExaminedCommit {
  return {
    id: '1234567890abcdef1234567890abcdef12345678',
    subject: 'tool: 1.0 -> 1.1',
    author: 'ada',
    committer: 'forge',
    committedAt: today,
    paths: ['pkgs/by-name/to/tool/package.nix'],
    ...(request === undefined ? {} : { request }),
    ...given,
  };
}

/** A request of `ada` that `ben` approved and merged. */
export function request(given: Partial<PullRequest> = {}): PullRequest {
  return {
    number: 7,
    openedBy: 'ada',
    openedAt: today - 2 * day,
    mergedBy: 'ben',
    mergedAt: today,
    mergedFor: null,
    commandedAt: null,
    approvals: [{ by: 'ben', at: today }],
    lastPushedAt: today - day,
    forcePushedAt: null,
    isFirstOfAuthor: false,
    backportOf: null,
    ...given,
  };
}
