import { idsIn } from '../../../formats/vulnerability-id/ids-in.ts';
import type { PatchFacts, PatchOrigin, UpstreamStatus } from './model.ts';

const origins: readonly PatchOrigin[] = ['upstream', 'distribution', 'own'];
const statuses: readonly UpstreamStatus[] = ['not_sent', 'sent', 'accepted', 'released', 'rejected', 'not_applicable'];

/**
 * The facts of a patch in the trailers of its commit (git-interpret-trailers), such as
 *
 *     Fixes: CVE-2025-62813
 *     Origin: upstream, https://github.com/lz4/lz4/commit/f64efec
 *     Upstream-Status: accepted, https://github.com/lz4/lz4/pull/1590
 *     Reason: the release with the fix is not out yet
 *     Drop-When: 1.10.1
 *
 * Ids in the subject count as fixed too; `(cherry picked from commit …)` says that it is upstream's.
 */
export function readTrailers(message: { readonly subject: string; readonly body: string }): PatchFacts {
  const trailers = new Map<string, string[]>();
  for (const line of message.body.split('\n')) {
    const [, name = '', value = ''] = /^([A-Za-z][A-Za-z-]*):\s*(.+)$/.exec(line.trim()) ?? [];
    if (name !== '') trailers.set(name.toLowerCase(), [...(trailers.get(name.toLowerCase()) ?? []), value.trim()]);
  }
  const one = (name: string) => trailers.get(name)?.at(-1) ?? null;
  const picked = /^\(cherry picked from commit ([0-9a-f]{7,40})\)$/m.exec(message.body)?.[1] ?? null;
  const [origin, originUrl] = halves(one('origin'));
  const [status, upstreamUrl] = halves(one('upstream-status'));
  const texts = [message.subject, ...(trailers.get('fixes') ?? [])];
  return {
    fixes: [...new Set(texts.flatMap(idsIn))],
    origin: origins.find((known) => known === origin) ?? (picked === null ? 'unknown' : 'upstream'),
    originUrl: originUrl ?? picked,
    upstreamStatus: statuses.find((known) => known === status) ?? (picked === null ? 'not_sent' : 'accepted'),
    upstreamUrl,
    reason: one('reason'),
    dropWhen: one('drop-when'),
  };
}

function halves(text: string | null): readonly [string | null, string | null] {
  if (text === null) return [null, null];
  const [first = '', ...rest] = text.split(/,\s*/);
  return [first.trim().toLowerCase().replaceAll('-', '_'), rest.join(', ').trim() || null];
}
