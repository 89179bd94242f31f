import { z } from 'zod';
import type { PullRequest } from '../detectors/detector.ts';
import type { AskForge } from './ask-forge.ts';
import type { Forge, ForgeSettings } from './model.ts';
import { projectNameOf } from './project-name.ts';

/**
 * The API of GitHub, of which this is read:
 *
 *     GET /repos/NixOS/nixpkgs/commits/SHA/pulls
 *     [{ "number": 7, "user": { "login": "ada" }, "author_association": "CONTRIBUTOR", "merged_at": "2026-03-01T09:00:00Z",
 *        "merge_commit_sha": "SHA", "base": { "repo": { "full_name": "NixOS/nixpkgs" } } }]
 *     GET /repos/NixOS/nixpkgs/issues/7/timeline
 *     [{ "event": "reviewed", "user": { "login": "ben" }, "state": "approved", "submitted_at": "…" },
 *      { "event": "head_ref_force_pushed", "created_at": "…" }, { "event": "commented", "user": {…}, "body": "…" },
 *      { "event": "committed", "committer": { "date": "…" } }, { "event": "merged", "actor": { "login": "ben" } }]
 *
 * https://docs.github.com/en/rest/commits/commits and https://docs.github.com/en/rest/issues/timeline
 */
const user = z.object({ login: z.string().max(200) }).nullish();
const instant = z.iso.datetime({ offset: true });
const Pull = z.object({
  number: z.number().int(),
  user,
  author_association: z.string().max(100).nullish(),
  created_at: instant.nullish(),
  merged_at: instant.nullish(),
  base: z.object({ repo: z.object({ full_name: z.string() }).nullish() }),
});
const Happening = z.object({
  event: z.string().max(100),
  user,
  actor: user,
  state: z.string().max(100).nullish(),
  body: z.string().nullish(),
  submitted_at: instant.nullish(),
  created_at: instant.nullish(),
  committer: z.object({ date: instant.nullish() }).nullish(),
});
type Happening = z.infer<typeof Happening>;
const Repository = z.object({ full_name: z.string().max(300), archived: z.boolean() });
const Release = z.object({ published_at: instant.nullish(), draft: z.boolean().nullish() });

export function githubForge(ask: AskForge, settings: Omit<ForgeSettings, 'token' | 'kind'>): Forge {
  const { repository } = settings;
  return {
    requestOf: async (commitId) => {
      const pulls = (await ask.list(`/repos/${repository}/commits/${commitId}/pulls?per_page=100`)).flatMap(
        (item) => Pull.safeParse(item).data ?? [],
      );
      const pull = pulls.find(
        ({ merged_at, base }) => merged_at != null && base.repo?.full_name.toLowerCase() === repository.toLowerCase(),
      );
      if (pull === undefined) return null;
      const timeline = await ask.list(`/repos/${repository}/issues/${pull.number}/timeline?per_page=100`);
      return requestFrom(
        pull,
        timeline.flatMap((item) => Happening.safeParse(item).data ?? []),
        settings,
      );
    },
    projectOf: async (address) => {
      const name = nameOn(address, settings.url);
      const found = name === null ? undefined : Repository.safeParse(await ask.one(`/repos/${name}`)).data;
      if (found === undefined) return null;
      const releases = (await ask.list(`/repos/${found.full_name}/releases?per_page=100`))
        .flatMap((item) => Release.safeParse(item).data ?? [])
        .flatMap(({ published_at, draft }) =>
          published_at == null || draft === true ? [] : [Date.parse(published_at)],
        );
      return { fullName: found.full_name, archived: found.archived, releases: releases.sort((a, b) => b - a) };
    },
  };
}

function requestFrom(
  pull: z.infer<typeof Pull>,
  timeline: readonly Happening[],
  { robots, command }: Pick<ForgeSettings, 'robots' | 'command'>,
): PullRequest {
  const when = (text: string | null | undefined) => (text == null ? null : Date.parse(text));
  const merged = timeline.findLast(({ event }) => event === 'merged');
  const mergedBy = nameOf(merged?.actor);
  const mergedAt = when(pull.merged_at) ?? 0;
  const commanded = timeline.findLast(
    ({ event, body, created_at }) =>
      event === 'commented' && (body ?? '').includes(command) && (when(created_at) ?? 0) <= mergedAt,
  );
  const pushes = timeline.flatMap(({ event, created_at, committer }) => {
    const at =
      event === 'committed' ? when(committer?.date) : event === 'head_ref_force_pushed' ? when(created_at) : null;
    return at === null || at > mergedAt ? [] : [at];
  });
  const forced = timeline.filter(({ event }) => event === 'head_ref_force_pushed');
  return {
    number: pull.number,
    openedBy: nameOf(pull.user),
    openedAt: when(pull.created_at) ?? mergedAt,
    mergedBy,
    mergedAt,
    mergedFor: robots.includes(mergedBy) && commanded !== undefined ? nameOf(commanded.actor ?? commanded.user) : null,
    commandedAt: when(commanded?.created_at),
    approvals: timeline.flatMap(({ event, state, user: by, submitted_at }) => {
      const at = when(submitted_at);
      return event === 'reviewed' && state?.toLowerCase() === 'approved' && at !== null ? [{ by: nameOf(by), at }] : [];
    }),
    lastPushedAt: Math.max(0, ...pushes),
    forcePushedAt: when(forced.at(-1)?.created_at),
    isFirstOfAuthor: /^FIRST_TIME/.test(pull.author_association ?? '') || pull.author_association === 'NONE',
    backportOf: null,
  };
}

/** Who deleted their account is `ghost`, as the forge shows them. */
function nameOf(given: { readonly login: string } | null | undefined): string {
  return given?.login ?? 'ghost';
}

/** `owner/name` of a web address whose API this is. */
function nameOn(address: string, api: string): string | null {
  const host = new URL(api).host;
  return projectNameOf(address, [host === 'api.github.com' ? 'github.com' : host]);
}
