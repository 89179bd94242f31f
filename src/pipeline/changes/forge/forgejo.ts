import { z } from 'zod';
import type { AskForge } from './ask-forge.ts';
import type { Forge, ForgeSettings } from './model.ts';
import { projectNameOf } from './project-name.ts';

/**
 * The API of Forgejo and Gitea, of which this is read:
 *
 *     GET /api/v1/repos/o/r/commits/SHA/pull
 *     { "number": 7, "user": { "login": "ada" }, "merged": true, "merged_at": "2026-03-01T09:00:00Z", "merged_by": { "login": "ben" } }
 *     GET /api/v1/repos/o/r/pulls/7/reviews
 *     [{ "user": { "login": "ben" }, "state": "APPROVED", "submitted_at": "…" }]
 *     GET /api/v1/repos/o/r/issues/7/timeline
 *     [{ "type": "pull_push", "created_at": "…", "body": "{\"is_force_push\":true,\"commit_ids\":[…]}" },
 *      { "type": "comment", "user": { "login": "ada" }, "body": "…", "created_at": "…" }]
 *
 * https://forgejo.org/docs/latest/user/api-usage/ ; whether somebody is new there, it does not say
 */
const user = z.object({ login: z.string().max(200) }).nullish();
const instant = z.iso.datetime({ offset: true });
const Pull = z.object({
  number: z.number().int(),
  user,
  merged: z.boolean(),
  created_at: instant.nullish(),
  merged_at: instant.nullish(),
  merged_by: user,
});
const Approval = z.object({ user, state: z.string(), submitted_at: instant.nullish() });
const Happening = z.object({ type: z.string(), user, body: z.string().nullish(), created_at: instant.nullish() });
const Repository = z.object({ full_name: z.string().max(300), archived: z.boolean() });
const Release = z.object({ published_at: instant.nullish(), draft: z.boolean().nullish() });

export function forgejoForge(ask: AskForge, settings: Omit<ForgeSettings, 'token' | 'kind'>): Forge {
  const { repository, robots, command } = settings;
  const api = '/api/v1/repos';
  return {
    requestOf: async (commitId) => {
      const pull = Pull.safeParse(await ask.one(`${api}/${repository}/commits/${commitId}/pull`)).data;
      if (pull === undefined || !pull.merged) return null;
      const reviews = await ask.list(`${api}/${repository}/pulls/${pull.number}/reviews?limit=50`);
      const timeline = (await ask.list(`${api}/${repository}/issues/${pull.number}/timeline?limit=50`)).flatMap(
        (item) => Happening.safeParse(item).data ?? [],
      );
      const pushes = timeline.filter(({ type }) => type === 'pull_push');
      const forced = pushes.filter(({ body }) => /"is_force_push"\s*:\s*true/.test(body ?? ''));
      const commanded = timeline.findLast(({ type, body }) => type === 'comment' && (body ?? '').includes(command));
      const mergedBy = nameOf(pull.merged_by);
      return {
        number: pull.number,
        openedBy: nameOf(pull.user),
        openedAt: when(pull.created_at) ?? when(pull.merged_at) ?? 0,
        mergedBy,
        mergedAt: when(pull.merged_at) ?? 0,
        mergedFor: robots.includes(mergedBy) && commanded !== undefined ? nameOf(commanded.user) : null,
        commandedAt: when(commanded?.created_at),
        approvals: reviews
          .flatMap((item) => Approval.safeParse(item).data ?? [])
          .flatMap(({ user: by, state, submitted_at }) => {
            const at = when(submitted_at);
            return state === 'APPROVED' && at !== null ? [{ by: nameOf(by), at }] : [];
          }),
        lastPushedAt: when(pushes.at(-1)?.created_at ?? pull.created_at) ?? 0,
        forcePushedAt: when(forced.at(-1)?.created_at),
        isFirstOfAuthor: false,
        backportOf: null,
      };
    },
    projectOf: async (address) => {
      const name = projectNameOf(address, [new URL(settings.url).host]);
      if (name === null) return null;
      const found = Repository.safeParse(await ask.one(`${api}/${name}`)).data;
      if (found === undefined) return null;
      const releases = (await ask.list(`${api}/${found.full_name}/releases?limit=50`))
        .flatMap((item) => Release.safeParse(item).data ?? [])
        .flatMap(({ published_at, draft }) => (draft === true ? [] : (when(published_at) ?? [])));
      return { fullName: found.full_name, archived: found.archived, releases: releases.sort((a, b) => b - a) };
    },
  };
}

function when(text: string | null | undefined): number | null {
  return text == null ? null : Date.parse(text);
}

function nameOf(given: { readonly login: string } | null | undefined): string {
  return given?.login ?? 'ghost';
}
