import type { PackagePage, PackageRow, Page, TextQuery } from '../../http/index.ts';
import type { CoveredPackage, PackageSummary } from '../../pipeline/catalog/index.ts';
import type { WalkContext } from '../../worker/index.ts';
import { withIds } from './published-ids.ts';

interface ChannelPackages {
  readonly channel: string;
  readonly packages: readonly PackageSummary[];
}

/** Reads of packages; what an evaluation holds never changes, so it is kept until the channel has another. */
export function packageReads(context: WalkContext) {
  const kept = new Map<string, { readonly evaluationId: string; readonly packages: readonly PackageSummary[] }>();

  const packagesOf = async (channel: string): Promise<ChannelPackages> => {
    const evaluation = await context.catalog.latestEvaluation(channel);
    if (evaluation === null) return { channel, packages: [] };
    const known = kept.get(channel);
    if (known?.evaluationId === evaluation.id) return { channel, packages: known.packages };
    const packages = await context.catalog.packagesOf(evaluation.id);
    kept.set(channel, { evaluationId: evaluation.id, packages });
    return { channel, packages };
  };

  const packages = async ({ text, after, limit }: TextQuery): Promise<Page<PackageRow>> => {
    const channels = await Promise.all(context.channels.map(({ id }) => packagesOf(id)));
    const [covered, open] = await Promise.all([context.catalog.covered(), context.findings.openByPackage()]);
    const coveredByAttr = new Map(covered.map((entry) => [entry.attr, entry]));
    const found = rowsOf(channels, coveredByAttr)
      .filter((row) => isFound(row, text))
      .map((row) => ({
        ...row,
        openFindings: open.get(row.attr)?.open ?? 0,
        worst: open.get(row.attr)?.worst ?? null,
      }));
    const rest = after === null ? found : found.filter(({ attr }) => attr > after);
    const items = rest.slice(0, limit);
    return { items, next: rest.length > limit ? (items.at(-1)?.attr ?? null) : null, total: found.length };
  };

  const packagePage = async (attr: string): Promise<PackagePage | null> => {
    const covered = (await context.catalog.covered()).find((entry) => entry.attr === attr) ?? null;
    const channels = await Promise.all(
      context.channels.map(async ({ id }) => {
        const evaluation = await context.catalog.latestEvaluation(id);
        if (evaluation === null) return { channel: id, instances: [], failures: [] };
        const [instances, failures] = await Promise.all([
          context.catalog.packageByAttr(evaluation.id, attr),
          context.catalog.failuresOf(evaluation.id),
        ]);
        return {
          channel: id,
          instances,
          failures: failures
            .filter((failure) => failure.attr === attr)
            .map(({ system, how, message }) => ({ system, how, message })),
        };
      }),
    );
    const known = channels.some(({ instances, failures }) => instances.length + failures.length > 0);
    if (!known && covered === null) return null;
    return { attr, covered, channels, findings: await withIds(context, await context.findings.byPackage(attr)) };
  };

  return { packages, packagePage };
}

type NamedRow = Omit<PackageRow, 'openFindings' | 'worst'>;

function rowsOf(
  channels: readonly ChannelPackages[],
  covered: ReadonlyMap<string, CoveredPackage>,
): readonly NamedRow[] {
  const rows = new Map<string, NamedRow>();
  for (const { channel, packages } of channels)
    for (const { attr, pname, description, versions } of packages) {
      const known = rows.get(attr);
      rows.set(attr, {
        attr,
        pname,
        description,
        category: covered.get(attr)?.category ?? null,
        versions: [...(known?.versions ?? []), ...versions.map((version) => ({ channel, version }))],
      });
    }
  return [...rows.values()].sort((a, b) => (a.attr < b.attr ? -1 : 1));
}

function isFound({ attr, pname, description }: NamedRow, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return wanted === '' || [attr, pname, description].some((place) => place.toLowerCase().includes(wanted));
}
