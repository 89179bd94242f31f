import { writeOpenVex } from '../formats/openvex/write-openvex.ts';
import { type Clock, type EpochMs, toIso } from '../foundation/clock.ts';
import type { VexSubject } from '../http/index.ts';
import type { FindingStore } from '../pipeline/findings/index.ts';

/** Those of a channel hold thousands of statements: they are written at most once in that time. */
const freshMs = 60_000;

interface Written {
  readonly id: string;
  readonly text: string;
}

/** What the findings of a channel or package say as OpenVEX; null where there is nothing to say, which the format cannot. */
export function createVexDocuments(given: {
  readonly findings: Pick<FindingStore, 'vexStatements'>;
  /** Of the newest event: what is written stays true as long as it does not move. */
  readonly newest: () => Promise<number>;
  readonly clock: Clock;
  readonly author: string;
  readonly publicUrl: string;
  readonly channels: readonly string[];
}): (subject: VexSubject) => Promise<string | null> {
  const { findings, newest, clock, author, publicUrl, channels } = given;
  const kept = new Map<
    string,
    { readonly at: EpochMs; readonly sequence: number; readonly written: Promise<Written | null> }
  >();

  const write = async (subject: VexSubject, before: Written | null): Promise<Written | null> => {
    const about = subject.kind === 'channel' ? { channel: subject.name } : { attr: subject.name };
    const statements = await findings.vexStatements(about);
    if (statements.length === 0) return null;
    const timestamp = toIso(clock.now());
    const document = writeOpenVex({ author, timestamp, idBase: `${publicUrl}/vex`, statements });
    const id = document['@id'];
    // The same statements are the same document, made when they were first made.
    return before?.id === id ? before : { id, text: JSON.stringify(document) };
  };
  return async (subject) => {
    if (subject.kind === 'package') return (await write(subject, null))?.text ?? null;
    if (!channels.includes(subject.name)) return null;
    const [now, sequence] = [clock.now(), await newest()];
    const known = kept.get(subject.name);
    if (known !== undefined && (known.sequence === sequence || now - known.at < freshMs))
      return (await known.written)?.text ?? null;
    const written = Promise.resolve(known?.written ?? null).then((before) => write(subject, before));
    kept.set(subject.name, { at: now, sequence, written });
    written.catch(() => kept.delete(subject.name));
    return (await written)?.text ?? null;
  };
}
