import { type EpochMs, toIsoDay } from '../../../foundation/clock.ts';
import type { JournalEvent } from '../../../journal/index.ts';
import type { PublishedEvent, PublishedRelease } from './model.ts';

/** Follows from the journal alone: what was told once stays, and a correction is an event of its own (PUB-02). */
export function publicEvents(
  events: readonly JournalEvent[],
  releaseOf: (uuid: string) => PublishedRelease | null,
): readonly PublishedEvent[] {
  const told: PublishedEvent[] = [];
  /** By line: where it stands as it was last told. */
  const standing = new Map<string, PublishedEvent['type']>();
  const targets = new Map<string, EpochMs | null>();
  for (const event of events) {
    const read = readerOf(event);
    const line = read.text('channel');
    if (event.kind === 'finding.affected') targets.set(line, read.instant('targetAt'));
    for (const said of saidBy(event, read, { releaseOf, targetAt: targets.get(line) ?? null })) {
      // To claim, give back and claim again says the same thing to the world.
      if (isStanding(said.type)) {
        if (said.type === standing.get(line) && said.type === 'under_investigation') continue;
        standing.set(line, said.type);
      }
      told.push({ at: event.at, line, ...said });
    }
  }
  return told;
}

type Read = ReturnType<typeof readerOf>;

interface Surroundings {
  readonly releaseOf: (uuid: string) => PublishedRelease | null;
  /** Until when the line was promised a fix by who said that it is affected. */
  readonly targetAt: EpochMs | null;
}

type Said = PublishedEvent extends infer Event
  ? Event extends PublishedEvent
    ? Omit<Event, 'at' | 'line'>
    : never
  : never;

const besides: readonly PublishedEvent['type'][] = ['severity_changed', 'exploitation_known', 'corrected'];

function isStanding(type: PublishedEvent['type']): boolean {
  return !besides.includes(type);
}

function saidBy(event: JournalEvent, read: Read, { releaseOf, targetAt }: Surroundings): readonly Said[] {
  const isPerson = event.actor !== 'robot';
  switch (event.kind) {
    case 'finding.opened':
      return [{ type: 'detected', version: read.text('version') }];
    case 'finding.claimed':
      // Whoever works on a fix has said before where it stands.
      return read.text('toStage') === 'triaging' ? [{ type: 'under_investigation' }] : [];
    case 'finding.affected':
      return [{ type: 'affected', mitigation: read.textOrNull('mitigation') }];
    case 'finding.determination-withdrawn':
    case 'finding.reopened':
      return [
        { type: 'corrected', reason: read.textOrNull('reason') ?? 'it matches again' },
        { type: 'under_investigation' },
      ];
    case 'finding.verdict-approved':
    case 'finding.dismissed':
      // A patch that was there before: it never was affected, by whatever name its version goes.
      if (read.text('status') === 'fixed') return [{ type: 'fixed', version: null, release: null, systems: [] }];
      return [
        {
          type: 'not_affected',
          reason: read.text('reason'),
          justification: read.textOrNull('justification'),
          statement: read.text('statement'),
          evidence: read.text('evidence'),
        },
      ];
    case 'finding.cleared':
      return [{ type: 'corrected', reason: 'no source names this version any more' }];
    case 'finding.upstream-reported':
      return [{ type: 'pending_upstream', link: read.text('link') }];
    case 'finding.fix-started':
      return [{ type: 'fix_in_progress', target: targetAt === null ? null : toIsoDay(targetAt) }];
    case 'finding.fixed':
      return [{ type: 'fix_in_progress', target: read.textOrNull('version') }];
    case 'finding.released': {
      const release = releaseOf(read.text('releaseUuid'));
      return [{ type: 'fixed', version: read.textOrNull('fixedVersion'), release, systems: [] }];
    }
    case 'finding.cached':
      return [{ type: 'fixed', version: null, release: null, systems: read.texts('systems') }];
    case 'finding.risk-accepted':
      return [{ type: 'fix_not_planned', reason: read.text('reason'), until: read.instant('until') }];
    case 'finding.risk-ended':
    case 'finding.risk-expired':
      return [
        { type: 'corrected', reason: 'the risk is not accepted any more' },
        { type: 'affected', mitigation: null },
      ];
    case 'finding.rerated':
      return [{ type: 'severity_changed', from: read.text('from'), to: read.text('to') }];
    case 'finding.exploited':
      return [{ type: 'exploitation_known', since: read.instant('since') }];
    case 'finding.retracted':
      return [
        {
          type: 'withdrawn',
          reason: read.textOrNull('reason') ?? (isPerson ? 'retracted' : 'no source has it any more'),
        },
      ];
    default:
      return [];
  }
}

/** A payload was written by an older version, or a newer one: what is not as expected is not there. */
function readerOf({ payload }: Pick<JournalEvent, 'payload'>) {
  const textOrNull = (name: string): string | null => {
    const value = payload[name];
    return typeof value === 'string' ? value : null;
  };
  return {
    textOrNull,
    text: (name: string): string => textOrNull(name) ?? '',
    texts: (name: string): readonly string[] => {
      const value = payload[name];
      return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
    },
    instant: (name: string): EpochMs | null => {
      const value = payload[name];
      return typeof value === 'number' ? value : null;
    },
  };
}
