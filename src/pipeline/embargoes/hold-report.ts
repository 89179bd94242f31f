import type { Instance } from '../catalog/index.ts';
import { carriedOf, type IdentityData, type Match, matchPackage } from '../matching/index.ts';
import { placeOf } from './fold-events.ts';
import type { Embargo, EmbargoEventKind } from './model.ts';
import { advisoryOf } from './record.ts';

/** The packages that an embargo names, as a channel carries them. */
export interface CarriedHere {
  readonly channel: string;
  readonly instances: readonly Instance[];
}

/** What became of the named packages since the last look, as events. */
export function holdReport(
  embargo: Pick<Embargo, 'id' | 'report' | 'openedAt' | 'endsAt' | 'ended' | 'cases'>,
  carried: readonly CarriedHere[],
  data: IdentityData,
): readonly EmbargoEventKind[] {
  const advisory = advisoryOf(embargo);
  const attrs = [...new Set(embargo.report.affected.map(({ attr }) => attr))];
  return carried.flatMap(({ channel, instances }) => {
    const { byAttr } = carriedOf(instances, data, new Map(), attrs);
    return attrs.flatMap((attr): readonly EmbargoEventKind[] => {
      const one = byAttr.get(attr);
      const known = embargo.cases.find((other) => placeOf(other) === placeOf({ channel, attr }));
      const match = one === undefined ? null : (matchPackage({ channel, carried: one, advisory, data })?.match ?? null);
      const version = match?.version ?? one?.variants[0]?.instances[0].version ?? null;
      if (match !== null && isOpen(match))
        return known?.isAffected === true && known.version === version ? [] : [{ kind: 'matched', match }];
      return known === undefined || (!known.isAffected && known.version === version)
        ? []
        : [{ kind: 'unmatched', channel, attr, version }];
    });
  });
}

function isOpen({ status }: Match): boolean {
  return status === 'affected' || status === 'under_investigation';
}
