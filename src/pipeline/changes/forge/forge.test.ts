import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFetcher } from '../../../platform/fetcher/http.ts';
import type { HistoryEntry } from '../../../platform/git/index.ts';
import { mergeProvenance } from '../detectors/merge-provenance.ts';
import { commit, step, today } from '../detectors/testing.ts';
import { createForge } from './create-forge.ts';
import type { Forge } from './model.ts';
import { peopleBehind } from './people-behind.ts';
import { scorecardOf } from './scorecard.ts';

/** Answers as the two forges give them, retyped from their API references, by path; the second page of a list by its query. */
const sha = (letter: string) => letter.repeat(40);
const user = (login: string) => ({ login, id: 1, type: 'User' });
const pull = (number: number, login: string) => ({
  number,
  user: user(login),
  author_association: 'CONTRIBUTOR',
  created_at: '2026-02-27T09:00:00Z',
  merged_at: '2026-03-01T12:00:00Z',
  base: { ref: 'master', repo: { full_name: 'NixOS/nixpkgs' } },
});
const githubAnswers: Readonly<Record<string, unknown>> = {
  [`/repos/NixOS/nixpkgs/commits/${sha('a')}/pulls?per_page=100`]: [
    { ...pull(6, 'eve'), base: { ref: 'main', repo: { full_name: 'eve/nixpkgs' } } },
    pull(7, 'ada'),
  ],
  '/repos/NixOS/nixpkgs/issues/7/timeline?per_page=100': [
    { event: 'committed', sha: sha('c'), committer: { name: 'Ada', date: '2026-02-28T10:00:00Z' } },
    { event: 'reviewed', user: user('ben'), state: 'approved', submitted_at: '2026-02-28T11:00:00Z' },
    { event: 'reviewed', user: user('cy'), state: 'commented', submitted_at: '2026-02-28T11:30:00Z' },
    { event: 'head_ref_force_pushed', actor: user('ada'), created_at: '2026-02-28T12:00:00Z' },
    { event: 'labeled', actor: user('ben'), label: { name: '11.by: package-maintainer' } },
  ],
  '/repos/NixOS/nixpkgs/issues/7/timeline?per_page=100&page=2': [
    {
      event: 'commented',
      actor: user('mallory'),
      user: user('mallory'),
      body: '@NixOS/nixpkgs-merge-bot merge',
      created_at: '2026-03-01T11:59:00Z',
    },
    { event: 'merged', actor: user('nixpkgs-merge-bot[bot]'), created_at: '2026-03-01T12:00:00Z', commit_id: sha('a') },
  ],
  [`/repos/NixOS/nixpkgs/commits/${sha('b')}/pulls?per_page=100`]: [],
  '/repos/old/tool': { full_name: 'new/tool', archived: true },
  '/repos/new/tool/releases?per_page=100': [
    { published_at: '2026-01-01T00:00:00Z', draft: false },
    { published_at: null, draft: true },
    { published_at: '2026-02-01T00:00:00Z', draft: false },
  ],
};
/** Of one project of the Scorecard API, retyped: https://api.scorecard.dev/projects/github.com/ossf/scorecard */
const scorecardAnswers: Readonly<Record<string, unknown>> = {
  '/projects/github.com/ossf/scorecard': {
    date: '2026-03-02T08:11:05Z',
    repo: { name: 'github.com/ossf/scorecard', commit: sha('d') },
    scorecard: { version: 'v5.2.1', commit: sha('e') },
    score: 8.7,
    checks: [{ name: 'Code-Review', score: 10, reason: 'all changesets reviewed', details: null }],
  },
  '/projects/github.com/old/one': { date: '2022-02-21', score: 4 },
  '/projects/github.com/no/score': { date: '2026-03-02', score: -1 },
  '/projects/github.com/odd/shape': { date: 'yesterday', score: '9' },
};
const forgejoAnswers: Readonly<Record<string, unknown>> = {
  [`/api/v1/repos/NixOS/nixpkgs/commits/${sha('a')}/pull`]: {
    number: 7,
    user: user('ada'),
    merged: true,
    created_at: '2026-02-27T09:00:00Z',
    merged_at: '2026-03-01T12:00:00Z',
    merged_by: user('ada'),
  },
  '/api/v1/repos/NixOS/nixpkgs/pulls/7/reviews?limit=50': [
    { user: user('ben'), state: 'APPROVED', submitted_at: '2026-02-28T11:00:00Z' },
    { user: user('cy'), state: 'COMMENT', submitted_at: '2026-02-28T11:00:00Z' },
  ],
  '/api/v1/repos/NixOS/nixpkgs/issues/7/timeline?limit=50': [
    {
      type: 'pull_push',
      user: user('ada'),
      created_at: '2026-02-28T12:00:00Z',
      body: '{"is_force_push":true,"commit_ids":[]}',
    },
  ],
};

let server: Server;
let origin: string;
let fetcher: ReturnType<typeof createFetcher>;
let isDown = false;
const asked: string[] = [];
const tokens = new Set<string>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = request.url ?? '';
    asked.push(url);
    tokens.add(request.headers.authorization ?? '');
    if (isDown) {
      response.writeHead(403, { 'retry-after': '60' }).end('{"message":"API rate limit exceeded"}');
      return;
    }
    const answer = { ...githubAnswers, ...forgejoAnswers, ...scorecardAnswers }[url];
    if (`${url}&page=2` in githubAnswers) response.setHeader('link', `<${origin}${url}&page=2>; rel="next"`);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { message: 'Not Found' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  origin = `http://${host}`;
  fetcher = createFetcher({ userAgent: 'test', allowHosts: [host] });
});

afterAll(async () => {
  await fetcher.close();
  server.close();
});

function forgeOf(kind: 'github' | 'forgejo'): Forge {
  const settings = {
    kind,
    url: origin,
    repository: 'NixOS/nixpkgs',
    robots: ['nixpkgs-merge-bot[bot]'],
    command: '@NixOS/nixpkgs-merge-bot merge',
    token: async () => 'secret',
  };
  return createForge({ fetcher, settings, signal: new AbortController().signal });
}

describe('GitHub', () => {
  test('who opened, approved and merged, over the pages of its timeline; a robot on whose word', async () => {
    expect(await forgeOf('github').requestOf(sha('a'))).toEqual({
      number: 7,
      openedBy: 'ada',
      openedAt: Date.UTC(2026, 1, 27, 9),
      mergedBy: 'nixpkgs-merge-bot[bot]',
      mergedAt: Date.UTC(2026, 2, 1, 12),
      mergedFor: 'mallory',
      commandedAt: Date.UTC(2026, 2, 1, 11, 59),
      approvals: [{ by: 'ben', at: Date.UTC(2026, 1, 28, 11) }],
      lastPushedAt: Date.UTC(2026, 1, 28, 12),
      forcePushedAt: Date.UTC(2026, 1, 28, 12),
      isFirstOfAuthor: false,
      backportOf: null,
    });
    expect(tokens).toContain('Bearer secret');
  });

  test('the account that commanded the robot is found in a window, though it merged nothing itself', async () => {
    const request = await forgeOf('github').requestOf(sha('a'));
    const window = { accounts: ['mallory'], from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 2) };
    const given = { commits: [commit(request, { committedAt: today })], windows: [window] };
    expect(mergeProvenance.examine(step(given)).map(({ severity, says }) => `${severity} ${says}`)).toEqual([
      expect.stringMatching(/^critical .*mallory acted while the account was open to others$/),
      expect.stringContaining('it was changed after the last approval'),
      expect.stringContaining('the branch was rewritten after the approval'),
    ]);
    const later = { ...window, from: Date.UTC(2026, 2, 2), to: null };
    const quiet = mergeProvenance.examine(step({ ...given, windows: [later] }));
    expect(quiet.every(({ severity }) => severity === 'high')).toBe(true);
  });

  test('a commit outside any request', async () => {
    expect(await forgeOf('github').requestOf(sha('b'))).toBeNull();
  });

  test('a project that went to another owner and is archived', async () => {
    const forge = forgeOf('github');
    expect(await forge.projectOf(`${origin}/old/tool.git`)).toEqual({
      fullName: 'new/tool',
      archived: true,
      releases: [Date.UTC(2026, 1, 1), Date.UTC(2026, 0, 1)],
    });
    expect(await forge.projectOf('https://elsewhere.example.org/old/tool')).toBeNull();
    expect(await forge.projectOf(`${origin}/nobody/nothing`)).toBeNull();
  });

  test('one that refuses is a failure, never an absence', async () => {
    isDown = true;
    await expect(forgeOf('github').requestOf(sha('a'))).rejects.toMatchObject({ code: 'forge.refused' });
    isDown = false;
  });
});

describe('Scorecard', () => {
  const scored = (repository: string) => {
    const settings = { url: origin, hosts: ['github.com'] };
    return scorecardOf({ fetcher, settings, signal: new AbortController().signal }, repository);
  };

  test.each([
    ['https://github.com/ossf/scorecard', { score: 8.7, scannedAt: Date.UTC(2026, 2, 2, 8, 11, 5) }],
    ['https://github.com/ossf/scorecard.git', { score: 8.7, scannedAt: Date.UTC(2026, 2, 2, 8, 11, 5) }],
    ['https://github.com/old/one/', { score: 4, scannedAt: Date.UTC(2022, 1, 21) }],
    ['https://github.com/no/score', null],
    ['https://github.com/odd/shape', null],
    ['https://github.com/not/scanned', null],
  ])('of %s', async (repository, expected) => {
    expect(await scored(repository)).toEqual(expected);
  });

  test.each([
    'https://git.example.org/secret/project',
    'https://github.com.example.org/ossf/scorecard',
    'https://github.com/ossf/scorecard/tree/main',
    'git@github.com:ossf/scorecard',
    '/srv/git/ossf/scorecard',
  ])('is not asked about %s', async (repository) => {
    asked.length = 0;
    expect(await scored(repository)).toBeNull();
    expect(asked).toEqual([]);
  });

  test('that is down is a failure, never an absence', async () => {
    isDown = true;
    await expect(scored('https://github.com/ossf/scorecard')).rejects.toMatchObject({ code: 'forge.refused' });
    isDown = false;
  });
});

test('Forgejo: the same of another shape', async () => {
  expect(await forgeOf('forgejo').requestOf(sha('a'))).toMatchObject({
    openedBy: 'ada',
    mergedBy: 'ada',
    mergedFor: null,
    approvals: [{ by: 'ben', at: Date.UTC(2026, 1, 28, 11) }],
    forcePushedAt: Date.UTC(2026, 1, 28, 12),
  });
  expect(await forgeOf('forgejo').requestOf(sha('b'))).toBeNull();
  expect(tokens).toContain('token secret');
});

describe('who stood behind a commit, by git alone', () => {
  const entry = (id: string, parents: readonly string[], given: Partial<HistoryEntry> = {}): HistoryEntry => ({
    id,
    parents,
    author: { name: id, email: `${id}@example.org` },
    committer: { name: 'forge', email: 'noreply@example.org' },
    committedAt: today,
    subject: id,
    body: '',
    paths: [],
    ...given,
  });

  test('each inner commit belongs to the merge that brought it in first, with those named at its end', () => {
    const first = entry('first', ['base', 'inner']);
    const inner = entry('inner', ['deep'], {
      body: 'why\n\nReviewed-by: Ben <ben@example.org>\nCo-authored-by: Cy <cy@example.org>',
    });
    const deep = entry('deep', ['base']);
    const second = entry('second', ['first', 'late']);
    const late = entry('late', ['inner']);
    const people = peopleBehind([second, first], [second, late, first, inner, deep]);
    const said = (id: string) => people.get(id)?.map(({ account, role }) => `${account} ${role}`);
    expect(said('first')).toEqual([
      'inner@example.org wrote what was merged',
      'noreply@example.org committed what was merged',
      'ben@example.org reviewed by',
      'cy@example.org co-authored by',
      'deep@example.org wrote what was merged',
    ]);
    expect(said('second')).toEqual([
      'late@example.org wrote what was merged',
      'noreply@example.org committed what was merged',
    ]);
  });
});
