import { type Validation, validationOf } from '../../pipeline/changes/index.ts';
import type { KeptChannel, WalkContext } from '../../worker/index.ts';

/** The validated modules of a channel, held against what it carries now; of one package, where one is named. */
export async function validationsOf(
  { catalog, clock }: Pick<WalkContext, 'catalog' | 'clock'>,
  channel: Pick<KeptChannel, 'id' | 'validated'>,
  attr: string | null = null,
): Promise<readonly Validation[]> {
  const modules = channel.validated.filter((module) => attr === null || module.attr === attr);
  if (modules.length === 0) return [];
  const evaluation = await catalog.latestEvaluation(channel.id);
  return Promise.all(
    modules.map(async (module) => {
      const carried = evaluation === null ? [] : await catalog.packageByAttr(evaluation.id, module.attr);
      return validationOf(module, carried, clock.now());
    }),
  );
}
