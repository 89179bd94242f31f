import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent, type JournalTables, latestEvents } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';

/** `sync`: upstream is fetched and proposed; `evaluate`: what the channel carries; `settle`: findings, and a release. */
const channelSteps = ['sync', 'evaluate', 'settle'] as const;
export type ChannelStep = (typeof channelSteps)[number];

/** Why a channel does not go on. */
export interface ChannelTrouble {
  readonly step: ChannelStep;
  readonly says: string;
  /** What to do about it. */
  readonly hint: string | null;
  readonly at: EpochMs;
}

export interface ChannelTroubles {
  /** What the last try of each step that failed said. */
  readonly of: (channel: string) => Promise<readonly ChannelTrouble[]>;
  /** Null: the step was done. What is known already is not told again. */
  readonly note: (given: {
    readonly channel: string;
    readonly step: ChannelStep;
    readonly trouble: Pick<ChannelTrouble, 'says' | 'hint'> | null;
    readonly at: EpochMs;
  }) => Promise<void>;
}

type Reads = Pick<Database<JournalTables>, 'read'>;

const longest = 1000;

/** The journal remembers them: `channel.stuck` and `channel.going-on`, each about `channel/step`. */
export function createChannelTroubles(db: Database<JournalTables>): ChannelTroubles {
  return {
    of: async (channel) => {
      const latest = await Promise.all(channelSteps.map((step) => latestOf(db, channel, step)));
      return latest.filter((trouble) => trouble !== null);
    },
    note: async ({ channel, step, trouble, at }) => {
      const says = trouble?.says.slice(0, longest) ?? null;
      if (((await latestOf(db, channel, step))?.says ?? null) === says) return;
      const payload = says === null ? {} : { says, hint: trouble?.hint?.slice(0, longest) ?? null };
      const kind = says === null ? 'channel.going-on' : 'channel.stuck';
      await db.write((trx) =>
        appendEvent(trx, {
          at,
          kind,
          subject: subjectOf(channel, step),
          actor: 'robot',
          payload: { channel, step, ...payload },
        }),
      );
    },
  };
}

async function latestOf(db: Reads, channel: string, step: ChannelStep): Promise<ChannelTrouble | null> {
  const subject = subjectOf(channel, step);
  const [event] = await latestEvents(db, { kinds: ['channel.stuck', 'channel.going-on'], subject, limit: 1 });
  if (event?.kind !== 'channel.stuck') return null;
  const { says, hint } = event.payload;
  return { step, says: String(says), hint: typeof hint === 'string' ? hint : null, at: event.at };
}

function subjectOf(channel: string, step: ChannelStep): string {
  return `${channel}/${step}`;
}
