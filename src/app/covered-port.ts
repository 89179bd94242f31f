import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Person, refusalOf } from '../accounts/index.ts';
import { editCovered, readCoveredEntries, readCoveredFolder } from '../config/index.ts';
import { toIsoDay } from '../foundation/clock.ts';
import { type CoveredPort, type CoveredQuery, type CoverOutcome, standings } from '../http/index.ts';
import { latestEvents } from '../journal/index.ts';
import { coveredStates, parseAttrPath } from '../pipeline/catalog/index.ts';
import { adoptCovered } from './adopt-covered.ts';
import type { Workspace } from './open-workspace.ts';
import { makeFolder } from './storage.ts';

const kinds = [
  'catalog.covered-changed',
  'catalog.coverage-end-proposed',
  'catalog.coverage-end-announced',
  'catalog.coverage-end-withdrawn',
];

/** The covered set of a workspace: its files, held against the first channel's newest evaluation. */
export function coveredPortOf(
  workspace: Pick<Workspace, 'folder' | 'configuration' | 'context' | 'database'>,
): CoveredPort {
  const { configuration, context, database } = workspace;
  const { catalog, clock } = context;
  const folder = path.resolve(workspace.folder, configuration.covered);
  const rows = async () => {
    const channel = context.channels[0];
    const evaluation = channel === undefined ? null : await catalog.latestEvaluation(channel.id);
    const [stored, notices, found, failures] = await Promise.all([
      catalog.covered(),
      catalog.coverageNotices(),
      evaluation === null ? [] : catalog.packagesOf(evaluation.id),
      evaluation === null ? [] : catalog.failuresOf(evaluation.id),
    ]);
    // A new workspace has its files, and nobody has taken them up yet.
    const covered = stored.length > 0 ? stored : await readCoveredFolder(folder);
    const noticeOf = new Map(notices.map((notice) => [notice.attr, notice]));
    return coveredStates({ covered, found, failures })
      .map((state) => ({ ...state, notice: noticeOf.get(state.package.attr) ?? null }))
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  };
  const adopt = async (by: Person, reason: string) => {
    await adoptCovered(context, { packages: await readCoveredFolder(folder), actor: by.name, reason });
  };
  return {
    list: async (query) => {
      const all = await rows();
      const shown = all.filter((row) => isWanted(row, query));
      const start = query.after === null ? 0 : shown.findIndex((row) => keyOf(row) > (query.after ?? ''));
      const items = start < 0 ? [] : shown.slice(start, start + query.limit);
      const last = items.at(-1);
      const categories = Map.groupBy(all, (row) => row.package.category);
      const countOf = (standing: string) => all.filter((row) => row.standing.kind === standing).length;
      return {
        items,
        next: last === undefined || shown.at(-1) === last ? null : keyOf(last),
        total: shown.length,
        categories: [...categories].map(([name, own]) => ({ name, packages: own.length })),
        counts: Object.fromEntries(standings.map((one) => [one, countOf(one)])) as Record<
          (typeof standings)[number],
          number
        >,
      };
    },
    history: async (limit) =>
      (await latestEvents(database, { limit, kinds })).map(({ at, kind, actor, subject, payload }) => ({
        at,
        kind,
        actor,
        subject,
        added: namesIn(payload.added),
        removed: namesIn(payload.removed),
        altered: namesIn(payload.altered),
        reason: typeof payload.reason === 'string' ? payload.reason : null,
      })),
    add: async ({ attr, category, reason, by, dryRun }) => {
      if (!mayDecide(by)) return { kind: 'refused', why: 'role_missing' };
      if (parseAttrPath(attr) === null) return { kind: 'refused', why: 'not_an_attr' };
      if (!/^[a-z0-9][a-z0-9-]{0,60}$/.test(category)) return { kind: 'refused', why: 'bad_category' };
      if (reason.trim() === '') return { kind: 'refused', why: 'reason_missing' };
      const entries = await readCoveredEntries(folder);
      if (entries.some((entry) => entry.attr === attr)) return { kind: 'refused', why: 'already' };
      const today = toIsoDay(clock.now());
      // The promise for it begins today: a file with an earlier day must not promise backwards.
      const files = [...new Set(entries.filter((entry) => entry.category === category).map(({ file }) => file))];
      const file =
        files.find((name) => entries.every((entry) => entry.file !== name || entry.since === today)) ??
        freshFile(folder, category, today, files);
      const before = (await textOf(file)) ?? newFile(category, today);
      const edited = editCovered(before, { file, kind: 'add', attr });
      return finish(edited, file, dryRun, () => adopt(by, reason));
    },
    end: async ({ attr, reason, by, dryRun }) => {
      const notice = (await catalog.coverageNotices()).find((one) => one.attr === attr);
      const at = clock.now();
      if (notice?.endsAt != null && notice.endsAt <= at) {
        if (!mayDecide(by)) return { kind: 'refused', why: 'role_missing' };
        const entry = (await readCoveredEntries(folder)).find((one) => one.attr === attr);
        if (entry === undefined) {
          if (!dryRun) await adopt(by, notice.reason);
          return { kind: 'written', file: folder, text: '' };
        }
        const edited = editCovered(await readFile(entry.file, 'utf8'), { file: entry.file, kind: 'remove', attr });
        return finish(edited, entry.file, dryRun, () => adopt(by, notice.reason));
      }
      if (dryRun) {
        const covered = (await catalog.covered()).some((one) => one.attr === attr);
        if (!mayDecide(by)) return { kind: 'refused', why: 'role_missing' };
        if (!covered) return { kind: 'refused', why: 'not_covered' };
        if (notice?.proposedBy === by.name) return { kind: 'refused', why: 'same_person' };
        return { kind: 'would', what: notice === undefined ? 'propose its end' : 'agree, and the 30 days would begin' };
      }
      const kind = notice === undefined ? 'propose' : 'approve';
      return catalog.actOnCoverage({ kind, attr, by, at, reason });
    },
    keep: ({ attr, by }) => catalog.actOnCoverage({ kind: 'withdraw', attr, by, at: clock.now(), reason: '' }),
  };
}

function keyOf({
  package: { category, attr },
}: {
  readonly package: { readonly category: string; readonly attr: string };
}) {
  return `${category}/${attr}`;
}

function isWanted(
  row: {
    readonly package: { readonly category: string; readonly attr: string };
    readonly standing: { readonly kind: string };
  },
  { category, standing, text }: CoveredQuery,
): boolean {
  return (
    (category === null || row.package.category === category) &&
    (standing === null || row.standing.kind === standing) &&
    row.package.attr.toLowerCase().includes(text.toLowerCase())
  );
}

function mayDecide(by: Person): boolean {
  return refusalOf(by, 'policy_admin') === null || refusalOf(by, 'security_lead') === null;
}

function namesIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/** `dns.toml`; once that promises since an earlier day, `dns-2026-11-25.toml`. */
function freshFile(folder: string, category: string, today: string, taken: readonly string[]): string {
  const plain = path.join(folder, `${category}.toml`);
  return taken.includes(plain) ? path.join(folder, `${category}-${today}.toml`) : plain;
}

function newFile(category: string, since: string): string {
  return `category = ${JSON.stringify(category)}\nowner = "security"\nsince = ${JSON.stringify(since)}\nattrs = [\n]\n`;
}

async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

async function finish(
  edited: ReturnType<typeof editCovered>,
  file: string,
  dryRun: boolean,
  adopt: () => Promise<void>,
): Promise<CoverOutcome> {
  if (edited.kind === 'by-hand') return edited;
  if (!dryRun) {
    await makeFolder(path.dirname(file));
    await writeFile(`${file}.new`, edited.text);
    await rename(`${file}.new`, file);
    await adopt();
  }
  return { kind: 'written', file, text: edited.text };
}
