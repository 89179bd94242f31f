import type { KnownPerson } from '../../accounts/index.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import type { JournalEvent } from '../../journal/index.ts';
import type { ClockedFinding, CustomerSays } from '../findings/index.ts';
import { bandRank, type Message } from './message.ts';
import type { Exposed, MustAct, NotHeld, RebuildCost } from './model.ts';

/** What a message tells of; a subscriber gets it when one of these is new to them, or graver than they heard. */
export interface Topic {
  readonly topic: string;
  readonly level: number;
}

export interface PlannedMessage {
  readonly message: Message;
  readonly topics: readonly Topic[];
  /** What may be told again from here on: what is fixed can open again. */
  readonly forgets: readonly string[];
  /** Of the event behind it; subscriptions made later do not get it. */
  readonly sequence: number;
}

/** What the planner knows beside the events. */
export interface AlertFacts {
  readonly now: EpochMs;
  /** Who must act now. */
  readonly acts: readonly MustAct[];
  /** Who can do nothing yet. */
  readonly exposed: readonly Exposed[];
  /** Whom a fix does not concern, by what they run. */
  readonly notHeld: readonly NotHeld[];
  /** By id. */
  readonly findings: ReadonlyMap<string, ClockedFinding>;
  /** The rows of BOD 26-04 and mitigations of these findings; absent: nobody asked. */
  readonly says?: CustomerSays;
  /** What a move costs, by the consumer's id and its input, as far as that is known. */
  readonly costs?: ReadonlyMap<string, RebuildCost>;
  /** The id that something is published under; absent: nobody asked. */
  readonly idOf?: (place: { readonly attr: string; readonly advisoryId: string }) => string | null;
  /** Who is or was of the house; absent: nobody asked. */
  readonly people?: readonly KnownPerson[];
}

export function levelOf(band: string | null, knownExploited: boolean): number {
  return bandRank(band) + (knownExploited ? 10 : 0);
}

/** Which row of BOD 26-04 holds of a closure: `row 3, 3DF, by 2027-03-25`; of both where its exposure is not known. Empty: none. */
export function bodWords({ says }: AlertFacts, findingId: string | null, consumer: string): string {
  const rows = findingId === null ? [] : (says?.rowsOf(findingId, consumer) ?? []);
  const words = rows.map(
    ({ row, timeline, dueDate, exposed }) =>
      `row ${row}, ${timeline}, ${dueDate === null ? 'with the next upgrade' : `by ${dueDate}`}${rows.length === 1 ? '' : ` ${exposed ? 'if' : 'if not'} exposed`}`,
  );
  return words.length === 0 ? '' : `BOD 26-04: ${words.join('; ')}`;
}

/** A severity in words. */
export function severityWords(band: string, knownExploited: boolean): string {
  return `${band === 'unknown' ? 'not rated' : band}${knownExploited ? ', exploited' : ''}`;
}

/** A text of an event's payload; null where there is none. */
export function textOf(event: JournalEvent, name: string): string | null {
  const value = event.payload[name];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function pageOf(advisoryId: string): string {
  return `/cve/${encodeURIComponent(advisoryId)}`;
}
