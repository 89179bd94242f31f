import {
  type BuiltPackage,
  type ClosureUpload,
  type Consumer,
  createHeldStanding,
  type HeldStanding,
  type InputStanding,
  type Standing,
  shippedFixes,
  standingOf,
} from '../pipeline/consumers/index.ts';
import type { ClockedFinding } from '../pipeline/findings/index.ts';
import type { Release } from '../pipeline/releases/index.ts';
import type { WalkContext } from './walk-context.ts';

type Stores = Pick<WalkContext, 'catalog' | 'consumers'>;

interface Known {
  readonly consumers: readonly Consumer[];
  readonly releases: readonly Release[];
  readonly findings: readonly ClockedFinding['finding'][];
}

const closuresTogether = 500;

/** Where consumers stand by their locks. Thousands stand on a few releases: each way to stand is looked at once. */
export function lockStandings({ consumers, releases, findings }: Known): readonly Standing[] {
  const known = new Map<string, readonly InputStanding[]>();
  return consumers.map((consumer) => {
    const key = keyOf(consumer);
    const inputs = known.get(key) ?? standingOf({ consumer, releases, findings }).inputs;
    known.set(key, inputs);
    return { consumer, inputs };
  });
}

/** The same, and for those who told what they run by that. */
export async function consumerStandings(stores: Stores, known: Known): Promise<readonly Standing[]> {
  const uploads = await stores.consumers.closures.standing();
  const of = (state: ClosureUpload['state']) =>
    new Map(uploads.flatMap((upload) => (upload.state === state ? [[upload.consumerId, upload]] : [])));
  const [closures, refusals] = [of('current'), of('refused')];
  const standings = lockStandings(known).map((standing): Standing => {
    const refused = refusals.get(standing.consumer.id);
    return refused === undefined ? standing : { ...standing, refused };
  });
  const told = standings.flatMap((standing) => {
    const closure = closures.get(standing.consumer.id);
    return closure === undefined ? [] : [{ standing, closure }];
  });
  const byHeld = new Map<string, Standing>();
  const judgesOf = createJudges(stores, known.releases);
  for (const [, own] of Map.groupBy(told, ({ standing }) => keyOf(standing.consumer))) {
    const judges = await judgesOf(own[0]?.standing.inputs ?? []);
    const names = [...new Set(judges.flatMap((one) => one?.names ?? []))];
    for (let from = 0; from < own.length; from += closuresTogether) {
      const part = own.slice(from, from + closuresTogether);
      const ids = part.map(({ closure }) => closure.id);
      const held = await stores.consumers.closures.held(ids, names);
      for (const { standing, closure } of part)
        byHeld.set(standing.consumer.id, {
          ...standing,
          closure,
          inputs: standing.inputs.map((input, index) => judges[index]?.standingOf(held.get(closure.id) ?? []) ?? input),
        });
    }
  }
  return standings.map((standing) => byHeld.get(standing.consumer.id) ?? standing);
}

function createJudges({ catalog }: Stores, releases: readonly Release[]) {
  const byUuid = new Map(releases.map((release) => [release.uuid, release]));
  const builtBy = async (uuid: string, attrs: readonly string[]): Promise<readonly BuiltPackage[]> => {
    const release = byUuid.get(uuid);
    if (release === undefined || release.channel === '') return [];
    const evaluation = await catalog.evaluationOf(release.channel, release.commitId);
    if (evaluation === null) return [];
    const instances = await catalog.namesakesOf(evaluation.id, attrs);
    return instances.map(({ attr, pname, version, drvPath, outputs }) => ({
      attr,
      pname,
      version,
      drvPath,
      outputs: Object.values(outputs),
    }));
  };
  return async (standings: readonly InputStanding[]): Promise<readonly (HeldStanding | null)[]> => {
    const asked = standings.map((standing) => {
      if (standing.kind === 'unknown') return null;
      const missing = standing.kind === 'behind' ? standing.missing : [];
      const shipped = shippedFixes(standing.input, releases);
      return { standing, shipped, fixes: [...shipped, ...missing, ...standing.exposures] };
    });
    const attrs = [...new Set(asked.flatMap((one) => one?.fixes.map(({ attr }) => attr) ?? []))];
    const trees = await Promise.all(
      asked.map(async (one) => {
        if (one === null) return { locked: [], target: [] };
        const { standing } = one;
        const locked = await builtBy(standing.input.releaseUuid, attrs);
        return { locked, target: standing.kind === 'behind' ? await builtBy(standing.targetUuid, attrs) : locked };
      }),
    );
    return asked.map((one, index) => {
      const own = trees[index];
      if (one === null || own === undefined) return null;
      const elsewhere = trees.flatMap(({ locked, target }, other) => (other === index ? [] : [...locked, ...target]));
      return createHeldStanding({ standing: one.standing, shipped: one.shipped, trees: own, elsewhere });
    });
  };
}

function keyOf({ inputs }: Consumer): string {
  return JSON.stringify(inputs);
}
