import type { EmbargoPage, EmbargoPort } from '../http/index.ts';
import {
  advisoryOf,
  type Embargo,
  type EmbargoAct,
  type EmbargoOutcome,
  factsOfCase,
} from '../pipeline/embargoes/index.ts';
import { holdEmbargoes } from '../worker/index.ts';
import type { Workspace } from './open-workspace.ts';

/** Embargoes as insiders see them and work on them. */
export function embargoPortOf({
  embargoes,
  context,
  worker,
}: Pick<Workspace, 'embargoes' | 'context' | 'worker'>): EmbargoPort {
  const { clock, catalog, channels, findings } = context;
  // Notices go out, and what has ended is published, without waiting for the schedule.
  const tend = () => worker.enqueue([{ kind: 'embargoes.tend', subject: '' }]);
  return {
    seenBy: embargoes.seenBy,
    page: async (person, id) => {
      const embargo = await embargoes.seenAs(person, id);
      if (embargo === null) return null;
      const { band, score } = advisoryOf(embargo);
      return { embargo, band, score, clocks: embargo.ended === null ? await clocksOf(embargo) : [] };
    },
    open: async ({ report, by }) => {
      const attrs = await notCarried(report.affected.map(({ attr }) => attr));
      if (attrs.length > 0 && by.roles.includes('security_lead')) return { kind: 'not-carried', attrs };
      const outcome = await embargoes.open({ report, by, at: clock.now() });
      if (outcome.kind !== 'opened') return outcome;
      await holdEmbargoes(context);
      await tend();
      return outcome;
    },
    act: async (given) => {
      const { act } = given;
      const faulty = act.kind === 'fix' ? await faultOf(act, given) : null;
      if (faulty !== null) return faulty;
      const outcome = await embargoes.act({ ...given, at: clock.now() });
      if (outcome.kind === 'done') await tend();
      return outcome;
    },
  };

  /** Told at once, while there is time to make it anew. */
  async function faultOf(
    { channel: id, patch }: Extract<EmbargoAct, { readonly kind: 'fix' }>,
    given: Parameters<EmbargoPort['act']>[0],
  ): Promise<EmbargoOutcome | null> {
    if ((await embargoes.seenAs(given.by, given.id)) === null) return { kind: 'unknown' };
    const channel = channels.find((one) => one.id === id);
    const onto = channel === undefined ? null : await context.git.resolve(channel.branch);
    if (onto === null) return { kind: 'refused', why: 'no_such_channel' };
    const tried = await context.git.applyPatch({ onto, patch, text: null });
    return tried.kind === 'refused' ? { kind: 'refused', why: 'does_not_fit', detail: tried.why } : null;
  }

  async function clocksOf(embargo: Embargo): Promise<EmbargoPage['clocks']> {
    const advisory = advisoryOf(embargo);
    return Promise.all(
      embargo.cases.map(async (of) => ({
        of,
        clocks: await findings.unpublishedClocks({ channel: of.channel, advisory, facts: factsOfCase(embargo, of) }),
      })),
    );
  }

  async function notCarried(attrs: readonly string[]): Promise<readonly string[]> {
    const evaluations = await Promise.all(channels.map(({ id }) => catalog.latestEvaluation(id)));
    const lacking: string[] = [];
    for (const attr of new Set(attrs)) {
      const found = await Promise.all(
        evaluations.map((one) => (one === null ? [] : catalog.packageByAttr(one.id, attr))),
      );
      if (found.every((instances) => instances.length === 0)) lacking.push(attr);
    }
    return lacking;
  }
}
