import { simplifiedVersion } from '../../formats/nix/flake-version.ts';
import type { SyndicationChannel } from '../../formats/syndication/index.ts';
import type { MissingFix } from '../consumers/index.ts';
import type { Release } from '../releases/index.ts';
import { escapeHtml } from './escape-html.ts';
import type { MustAct } from './model.ts';

const maxItems = 50;

/** What concerns one consumer, an entry a vulnerability: what it must act on first, then what is fixed there. */
export function consumerFeed(given: {
  readonly publicUrl: string;
  readonly selfUrl: string;
  readonly name: string;
  /** Makes the ids of the entries its own. */
  readonly consumerId: string;
  readonly acts: readonly MustAct[];
  readonly fixed: readonly MissingFix[];
  readonly releases: readonly Pick<Release, 'version' | 'publishedAt'>[];
}): SyndicationChannel {
  const { publicUrl, selfUrl, name, consumerId, acts, fixed } = given;
  const outAt = new Map(given.releases.map(({ version, publishedAt }) => [version, publishedAt]));
  const lines = new Map<string, Line[]>();
  const add = (advisoryId: string, line: Line) => {
    const own = lines.get(advisoryId);
    if (own === undefined) lines.set(advisoryId, [line]);
    else own.push(line);
  };
  for (const act of acts)
    for (const fix of act.fixes) {
      const to = simplifiedVersion(act.toVersion);
      const what = act.step === 'deploy' ? `deploy ${act.input} ${to}` : `update ${act.input} to ${to}`;
      const text = `Act now: ${what}, ${fix.attr} ${fix.fromVersion} to ${fix.toVersion}. Run: ${act.command}`;
      add(fix.advisoryId, { fix, mustAct: true, text, at: outAt.get(act.toVersion) ?? 0 });
    }
  for (const fix of fixed)
    add(fix.advisoryId, {
      fix,
      mustAct: false,
      text: `Fixed: ${fix.attr} ${fix.fromVersion} to ${fix.toVersion}, in ${simplifiedVersion(fix.releasedIn)}.`,
      at: outAt.get(fix.releasedIn) ?? 0,
    });
  const items = [...lines]
    .map(([advisoryId, own]) => itemOf({ publicUrl, consumerId, advisoryId, own, outAt }))
    .sort(
      (a, b) =>
        Number(b.mustAct) - Number(a.mustAct) ||
        b.item.updatedAt - a.item.updatedAt ||
        (a.item.id < b.item.id ? -1 : 1),
    )
    .slice(0, maxItems)
    .map(({ item }) => item);
  return {
    title: name,
    description: 'What this consumer must act on, and what is fixed there.',
    homeUrl: `${publicUrl}/consumers`,
    selfUrl,
    updatedAt: Math.max(0, ...items.map(({ updatedAt }) => updatedAt)),
    items,
  };
}

interface Line {
  readonly fix: MissingFix;
  readonly mustAct: boolean;
  readonly text: string;
  /** When the release came out that it speaks of. */
  readonly at: number;
}

function itemOf(given: {
  readonly publicUrl: string;
  readonly consumerId: string;
  readonly advisoryId: string;
  readonly own: readonly Line[];
  readonly outAt: ReadonlyMap<string, number>;
}): { readonly mustAct: boolean; readonly item: SyndicationChannel['items'][number] } {
  const { publicUrl, consumerId, advisoryId, own, outAt } = given;
  const mustAct = own.some((line) => line.mustAct);
  const url = `${publicUrl}/cve/${encodeURIComponent(advisoryId)}`;
  const bands = [...new Set(own.map(({ fix }) => fix.band))];
  const texts = own.map(({ text }) => text);
  return {
    mustAct,
    item: {
      id: `${url}#${encodeURIComponent(consumerId)}`,
      url,
      title: `${mustAct ? 'Act now' : 'Fixed'}: ${advisoryId} (${bands.join(', ')}) in ${[...new Set(own.map(({ fix }) => fix.attr))].join(', ')}`,
      text: texts.join('\n'),
      html: `<ul>${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`,
      publishedAt: Math.min(...own.map(({ fix, at }) => outAt.get(fix.releasedIn) ?? at)),
      updatedAt: Math.max(...own.map(({ at }) => at)),
      categories: [mustAct ? 'act-now' : 'fixed', ...bands],
    },
  };
}
